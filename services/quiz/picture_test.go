package quiz

import (
	"bytes"
	"image"
	"image/color"
	"image/gif"
	"image/png"
	"strings"
	"testing"

	"khuevan/platform/eventsource/eventtest"
	"khuevan/platform/fault"
	"khuevan/platform/host/hosttest"
)

func pngOf(t testing.TB, width, height int) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, image.NewGray(image.Rect(0, 0, width, height))); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestReadPicture(t *testing.T) {
	p, err := readPicture(pngOf(t, 30, 20))
	if err != nil || p.Media != "image/png" || p.Width != 30 || p.Height != 20 || len(p.Digest) != 64 {
		t.Errorf("got %s %dx%d %q %v", p.Media, p.Width, p.Height, p.Digest, err)
	}
	var moving bytes.Buffer
	if err := gif.Encode(&moving, image.NewPaletted(image.Rect(0, 0, 2, 2), color.Palette{color.Black}), nil); err != nil {
		t.Fatal(err)
	}
	if p, err := readPicture(moving.Bytes()); err != nil || p.Media != "image/gif" {
		t.Errorf("got %s %v", p.Media, err)
	}
	for name, data := range map[string][]byte{
		"nothing":      nil,
		"text":         []byte("Chào"),
		"drawing code": []byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`),
		"a cut head":   pngOf(t, 30, 20)[:20],
		"too wide":     pngOf(t, maxSide+1, 1),
		"too high":     pngOf(t, 1, maxSide+1),
		"too large":    append(pngOf(t, 30, 20), make([]byte, maxPicture)...),
	} {
		if _, err := readPicture(data); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestThePictureIsStoredOnce(t *testing.T) {
	p, err := readPicture(pngOf(t, 3, 2))
	if err != nil {
		t.Fatal(err)
	}
	eventtest.Given[pictureState](t).When(storePicture{p}).Then(p)
	eventtest.Given[pictureState](t, p).When(storePicture{p}).ThenNothing()
}

func TestAPictureOverTheBus(t *testing.T) {
	h, data := house(t), pngOf(t, 3, 2)
	first, err := StorePicture.Call(h.As("trang", trainer), h.Client, StorePictureRequest{Data: data})
	if err != nil {
		t.Fatal(err)
	}
	again, err := StorePicture.Call(h.As("minh", trainer), h.Client, StorePictureRequest{Data: data})
	if err != nil || again != first {
		t.Errorf("got %+v %v, want %+v", again, err, first)
	}
	p, err := GetPicture.Call(h.As("lan"), h.Client, GetPictureRequest{Digest: first.Digest})
	if err != nil || p.Media != "image/png" || !bytes.Equal(p.Data, data) {
		t.Errorf("got %s, %d bytes, %v", p.Media, len(p.Data), err)
	}
	for _, digest := range []string{"", "x", strings.Repeat("0", 64), strings.Repeat("*", 64), strings.Repeat(".", 64)} {
		_, err := GetPicture.Call(h.As("lan"), h.Client, GetPictureRequest{Digest: digest})
		hosttest.Refused(t, err, fault.NotFound)
	}
}

func FuzzReadPicture(f *testing.F) {
	f.Add(pngOf(f, 3, 2))
	f.Add([]byte("GIF89a\x01\x00\x01\x00"))
	f.Add([]byte{0xff, 0xd8, 0xff, 0xe0})
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := readPicture(data)
		if err == nil && (p.Width > maxSide || p.Height > maxSide || len(p.Data) > maxPicture || !strings.HasPrefix(p.Media, "image/")) {
			t.Errorf("took %s %dx%d", p.Media, p.Width, p.Height)
		}
	})
}
