package refresher

import (
	"context"
	"slices"
	"strconv"

	"khuevan/platform/readmodel"
)

// binEdges are where bins of predicted recall begin, in per cent; the last one ends at 100.
func binEdges() []int { return []int{0, 50, 60, 70, 80, 85, 90, 95} }

// binOf is the beginning of the bin in which a prediction lies.
func binOf(predicted float64) int {
	edges := binEdges()
	for _, from := range slices.Backward(edges) {
		if predicted*100 >= float64(from) {
			return from
		}
	}
	return edges[0]
}

func binID(bin int) string { return strconv.Itoa(bin) }

// Bin sets predicted recall beside what was answered. Of fewer than five people it tells nothing.
type Bin struct {
	From      float64 `json:"from"` // predicted recall, 0 to 1
	To        float64 `json:"to"`
	Masked    bool    `json:"masked,omitempty"`
	People    int     `json:"people"`
	Reviews   int     `json:"reviews"`
	Asked     int     `json:"asked"`     // questions
	Predicted float64 `json:"predicted"` // mean, by question
	Right     float64 `json:"right"`     // share of the questions answered wholly right
}

// calibration gives the bins in which anything was answered, from the lowest prediction on.
func (p people) calibration(ctx context.Context) ([]Bin, error) {
	all, edges := []Bin{}, binEdges()
	err := p.bins.Each(ctx, readmodel.Query{Index: "bin"}, func(d binDoc) error {
		at := slices.Index(edges, d.Bin)
		if at < 0 || d.Asked == 0 {
			return nil
		}
		b := Bin{From: float64(d.Bin) / 100, To: 1}
		if at+1 < len(edges) {
			b.To = float64(edges[at+1]) / 100
		}
		if b.Masked = d.People < leastGroup; !b.Masked {
			b.People, b.Reviews, b.Asked = d.People, d.Reviews, d.Asked
			b.Predicted, b.Right = d.Predicted/float64(d.Asked), float64(d.Right)/float64(d.Asked)
		}
		all = append(all, b)
		return nil
	})
	return all, err
}
