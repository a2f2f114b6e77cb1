package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"khuevan/services/catalog"
	"khuevan/services/certification"
	"khuevan/services/directory"
	"khuevan/services/enrolment"
	"khuevan/services/progress"
)

// What a house of certificates has to bear; the limits are stated.
const (
	signedAtLeast  = 3000 // a second
	papersAtLeast  = 100  // a second
	verifyLimitMS  = 20
	verifyPages    = 1500
	paperCount     = 400
	holders        = 40
	shortCourse    = "do-chung-nhan"
	shortCourseYML = "code: do-chung-nhan\ntitle:\n  vi: Khóa đo giấy chứng nhận\n  en: A course to measure certificates\nsummary:\n  vi: Một bài.\n  en: One lesson.\nhours: 1\nlanguage: vi\nvalidity_months: 12\nlessons:\n  - id: bai\n    minutes: 15\n    title:\n      vi: Bài duy nhất\n      en: The only lesson\n"
)

var nsPerOp = regexp.MustCompile(`BenchmarkSign\S*\s+\d+\s+([\d.]+) ns/op`)

// measureSigning lets the service's own benchmark sign credentials with two threads, in a process of its own.
func measureSigning(ctx context.Context, _ *work) ([]Row, error) {
	root, err := moduleRoot(ctx)
	if err != nil {
		return nil, err
	}
	run := exec.CommandContext(ctx, "go", "test", "./services/certification", "-run", "^$", "-bench", "^BenchmarkSign$", "-benchtime", "3s", "-cpu", "2")
	run.Dir = root
	out, err := run.CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("%w\n%s", err, out)
	}
	found := nsPerOp.FindSubmatch(out)
	if found == nil {
		return nil, fmt.Errorf("no figure in\n%s", out)
	}
	ns, err := strconv.ParseFloat(string(found[1]), 64)
	return []Row{row("credential.sign", "/s", 1e9/ns, signedAtLeast)}, err
}

// measureCertificates has people complete a short course, and reads their papers and the public page of them over HTTP.
func measureCertificates(ctx context.Context, w *work) ([]Row, error) {
	c, err := w.platform(ctx, "-demo")
	if err != nil {
		return nil, err
	}
	codes, tokens, err := c.certify(ctx)
	if err != nil {
		return nil, err
	}
	read := func(path, token, want string) error {
		return c.send(ctx, http.MethodGet, path, "198.51.100.9", token, "", nil, func(r *http.Response) error {
			body, err := io.ReadAll(r.Body)
			if err == nil && (r.StatusCode != http.StatusOK || !strings.Contains(string(body), want)) {
				err = fmt.Errorf("%s: %s", path, r.Status)
			}
			return err
		})
	}
	var took []float64
	for i := range verifyPages {
		code := codes[i%len(codes)]
		began := time.Now()
		if err := read("/verify/"+code, "", code); err != nil {
			return nil, err
		}
		took = append(took, float64(time.Since(began).Microseconds())/1000)
	}
	began := time.Now()
	var side sync.WaitGroup
	errs := make([]error, 2)
	for k := range errs {
		side.Go(func() {
			for i := k; i < paperCount && errs[k] == nil; i += len(errs) {
				errs[k] = read("/certificates/"+codes[i%len(codes)]+"/pdf", tokens[i%len(tokens)], "%PDF")
			}
		})
	}
	side.Wait()
	return []Row{row("certificate.pdf", "/s", paperCount/time.Since(began).Seconds(), papersAtLeast),
		row("verify.p50", "ms", percentile(took, 50), verifyLimitMS), row("verify.p99", "ms", percentile(took, 99), verifyLimitMS)}, errors.Join(errs...)
}

// certify publishes the course, has some people complete it, and gives the codes of their certificates with their sessions.
func (c *contest) certify(ctx context.Context) (codes, tokens []string, err error) {
	trainer, err := c.signIn(ctx, "DEMO-0002", "198.51.100.2")
	if err != nil {
		return nil, nil, err
	}
	files := map[string]string{"course.yaml": shortCourseYML, "lessons/bai.md": "Nội dung.\n"}
	if err := c.call(ctx, trainer, "catalog/publish-course", catalog.PublishCourseRequest{Files: files}, nil); err != nil {
		return nil, nil, err
	}
	var tree []directory.Unit
	if err := c.call(ctx, trainer, "directory/list-units", struct{}{}, &tree); err != nil {
		return nil, nil, err
	}
	root := tree[slices.IndexFunc(tree, func(u directory.Unit) bool { return u.Parent == "" })]
	assign := enrolment.AssignCourseRequest{Course: shortCourse, Unit: root.ID, Due: time.Now().Add(240 * time.Hour)}
	if err := c.until(ctx, func() (bool, error) {
		err := c.call(ctx, trainer, "enrolment/assign-course", assign, nil)
		return err == nil, nil // until enrolment has heard of the course
	}); err != nil {
		return nil, nil, err
	}
	if err := c.idle(ctx); err != nil {
		return nil, nil, err
	}
	for i := range holders {
		token, err := c.signIn(ctx, fmt.Sprintf("DEMO-%04d", 110+i), fmt.Sprintf("198.51.100.%d", 10+i))
		if err != nil {
			return nil, nil, err
		}
		if err := c.call(ctx, token, "progress/complete-lesson", progress.LessonRequest{Course: shortCourse, Lesson: "bai"}, nil); err != nil {
			return nil, nil, err
		}
		tokens = append(tokens, token)
	}
	for _, token := range tokens {
		var mine []certification.Certificate
		if err := c.until(ctx, func() (bool, error) {
			err := c.call(ctx, token, "certification/my-certificates", certification.MineRequest{}, &mine)
			return len(mine) > 0, err
		}); err != nil {
			return nil, nil, err
		}
		codes = append(codes, mine[0].Code)
	}
	return codes, tokens, nil
}
