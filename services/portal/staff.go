package portal

import "net/http"

func (p *Portal) staffRoutes(_ *http.ServeMux) {}
