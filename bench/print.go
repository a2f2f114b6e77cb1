package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
)

// printer writes figures as aligned text or as JSON lines.
type printer struct {
	out  io.Writer
	json bool
}

const layout = "%-26s %12s  %-10s %12s %8s  %-8s %s\n"

func (p printer) head() {
	if !p.json {
		fmt.Fprintf(p.out, layout, "name", "value", "unit", "limit", "ratio", "goal", "")
	}
}

func (p printer) row(r Row, g goal) {
	if p.json {
		r.Value, r.Limit, r.Ratio = short(r.Value), short(r.Limit), short(r.Ratio)
		_ = json.NewEncoder(p.out).Encode(r)
		return
	}
	verdict := ""
	if g != (goal{}) {
		verdict = "missed"
		if g.met(r.Ratio) {
			verdict = "met"
		}
	}
	fmt.Fprintf(p.out, layout, r.Name, number(r.Value), r.Unit, number(r.Limit), fmt.Sprintf("%.2f", r.Ratio), g, verdict)
}

// number shows about four digits.
func number(v float64) string {
	switch {
	case math.Abs(v) >= 1000:
		return fmt.Sprintf("%.0f", v)
	case math.Abs(v) >= 10:
		return fmt.Sprintf("%.1f", v)
	default:
		return fmt.Sprintf("%.3f", v)
	}
}

// short keeps four decimals.
func short(v float64) float64 { return math.Round(v*1e4) / 1e4 }

func printList(out io.Writer, chosen []choice) error {
	for _, c := range chosen {
		for _, f := range c.figures {
			if _, ok := c.wanted[f.name]; !ok {
				continue
			}
			if _, err := fmt.Fprintf(out, "%-26s %-8s %s\n", f.name, f.goal, f.about); err != nil {
				return err
			}
		}
	}
	return nil
}
