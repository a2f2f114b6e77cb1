package portal

import "net/http"

func (p *Portal) learnerRoutes(_ *http.ServeMux) {}
