package exchange

import "khuevan/events"

type Format string

const Markdown Format = "markdown"

func (f Format) Known() bool       { return true }
func (f Format) Extension() string { return "" }
func (f Format) Media() string     { return "" }

type File struct {
	Name      string
	Questions []Question
	Notes     []Note
	Pictures  []Picture
}
type Question struct {
	ID      string
	Line    int
	Content events.ItemContent
}
type Note struct {
	Line    int
	Item    string
	Dropped bool
	Vi, En  string
}
type Picture struct {
	Name, Digest, Media, Alt string
	Width, Height            int
	Data                     []byte
}

func Read(f Format, data []byte) File                  { return File{} }
func Write(f Format, file File) ([]byte, []Note)       { return nil, nil }
func Detect(name string, data []byte) (Format, bool)   { return "", false }
