package quiz

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"image"
	_ "image/gif"  // decoders of what may be shown
	_ "image/jpeg" // likewise
	_ "image/png"  // likewise

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/rpc"
)

// Limits of a picture. It stands in the record, and a phone on a slow line must load it.
const (
	maxPicture = 512 << 10 // bytes
	maxSide    = 4000      // pixels
)

// pictureState is a stored picture.
type pictureState struct{ events.PictureStored }

// Evolve implements eventsource.State.
func (s pictureState) Evolve(e eventsource.Event) pictureState {
	if p, ok := e.(events.PictureStored); ok {
		return pictureState{p}
	}
	return s
}

// storePicture keeps a picture under the hash of its bytes; the same picture again decides nothing.
type storePicture struct{ events.PictureStored }

// Stream implements eventsource.Command.
func (c storePicture) Stream() string { return pictureStream(c.Digest) }

// Decide implements eventsource.Command.
func (c storePicture) Decide(s pictureState) ([]eventsource.Event, error) {
	if s.Digest != "" {
		return nil, nil
	}
	return []eventsource.Event{c.PictureStored}, nil
}

func pictureStream(digest string) string { return "quiz.picture." + digest }

// readPicture checks a picture by decoding its head. Vector graphics can carry scripts and are not taken.
func readPicture(data []byte) (events.PictureStored, error) {
	if len(data) > maxPicture {
		return events.PictureStored{}, fault.Newf(fault.Invalid, "Ảnh lớn hơn %d KB. Hãy thu nhỏ ảnh.", "The picture is larger than %d KiB. Make it smaller.", maxPicture>>10)
	}
	c, kind, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return events.PictureStored{}, fault.New(fault.Invalid, "Không đọc được ảnh. Hãy dùng ảnh PNG, JPEG hoặc GIF.", "The picture cannot be read. Use PNG, JPEG or GIF.")
	}
	if c.Width > maxSide || c.Height > maxSide {
		return events.PictureStored{}, fault.Newf(fault.Invalid, "Ảnh rộng hoặc cao quá %d điểm ảnh. Hãy thu nhỏ ảnh.", "The picture is wider or higher than %d pixels. Make it smaller.", maxSide)
	}
	sum := sha256.Sum256(data)
	return events.PictureStored{Digest: hex.EncodeToString(sum[:]), Media: "image/" + kind, Width: c.Width, Height: c.Height, Data: data}, nil
}

func (a api) storePicture(ctx context.Context, req StorePictureRequest) (StoredPicture, error) {
	p, err := readPicture(req.Data)
	if err != nil {
		return StoredPicture{}, err
	}
	out, err := host.Do(ctx, a.Deps, storePicture{p})
	return StoredPicture{Receipt: rpc.Receipt{Seq: out.Seq}, Digest: p.Digest, Width: p.Width, Height: p.Height}, err
}

// getPicture reads the picture's own stream: a picture that was acknowledged is there.
func (a api) getPicture(ctx context.Context, req GetPictureRequest) (Picture, error) {
	if _, err := caller(ctx); err != nil {
		return Picture{}, err
	}
	if len(req.Digest) != hex.EncodedLen(sha256.Size) || !eventsource.ValidStream(pictureStream(req.Digest)) {
		return Picture{}, errNoPicture
	}
	history, err := a.Journal.Load(ctx, pictureStream(req.Digest))
	if err != nil {
		return Picture{}, err
	}
	p := eventsource.Fold[pictureState](history)
	if p.Digest == "" {
		return Picture{}, errNoPicture
	}
	return Picture{Media: p.Media, Data: p.Data}, nil
}

var errNoPicture = fault.New(fault.NotFound, "Không có ảnh này.", "There is no such picture.")

// StorePictureRequest carries a PNG, JPEG or GIF.
type StorePictureRequest struct {
	Data []byte `json:"data"`
}

// StoredPicture tells how questions name the picture: ![…](picture:<digest>).
type StoredPicture struct {
	rpc.Receipt
	Digest string `json:"digest"`
	Width  int    `json:"width"`
	Height int    `json:"height"`
}

// GetPictureRequest names a picture.
type GetPictureRequest struct {
	Digest string `json:"digest"`
}

// Picture is a picture's bytes.
type Picture struct {
	Media string `json:"media"`
	Data  []byte `json:"data"`
}
