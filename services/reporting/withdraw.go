package reporting

import (
	"time"

	"khuevan/events"
	"khuevan/platform/readmodel"
)

// withdraw counts again what stood before a period, or nothing.
func (v *views) withdraw(b *readmodel.Batch, e events.EnrolmentWithdrawn) error {
	id := rowID(e.Person, e.Course)
	p, _, err := v.people.Peek(b, e.Person)
	if err != nil {
		return err
	}
	row, _, err := v.rows.Peek(b, id)
	if err != nil || row.Period != e.Period {
		return err
	}
	before := row.withdrawn(p.Erased)
	if err := v.addBoth(b, row.Unit, e.Course, before.counts().minus(row.counts())); err != nil {
		return err
	}
	if before.Period > 0 {
		return v.write(b, before)
	}
	if err := v.sheets.Update(b, e.Person, func(d *sheetDoc) { d.drop(e.Course) }); err != nil {
		return err
	}
	return v.rows.Delete(b, id)
}

// withdrawn is the row without its period: as it was before, where the person is now, or the zero row.
func (r rowDoc) withdrawn(erased bool) rowDoc {
	if r.Before == nil {
		return rowDoc{}
	}
	before := *r.Before
	if before.Unit = r.Unit; erased {
		before.Due = time.Time{}
	}
	return before
}
