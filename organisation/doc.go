// Package organisation tells which units there were and where people stood on any day, as known at any time.
//
// Facts about units and people have two times: the day from which they hold, and the moment when they were recorded.
// Structured and CareerOf fold facts of which some may lie in the past or in the future; of two facts about one day the one
// that was recorded later wins, and a withdrawn fact holds on no day. AsKnown forgets what was recorded after a moment.
//
// A merged unit carries its people and the units below it into its successor by itself: a membership stays what it was,
// and Place finds where it leads on a day. A unit that was split or dissolved carries nobody; whoever still belongs to it
// stands in no unit and is to be placed.
//
// Numbers of a past day can be read through two lenses: the structure of that day (Count), or restated to the structure
// of another day (Restate). Both count every serving person once, either in one unit or among those to be placed, so both
// have the same sum.
//
// Days are written 2006-01-02 and compare as text. All values are immutable once made.
package organisation
