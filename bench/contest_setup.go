package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"khuevan/content"
	"khuevan/events"
	"khuevan/services/catalog"
	"khuevan/services/directory"
	"khuevan/services/enrolment"
	"khuevan/services/quiz"
)

// newContest starts the program with so many people enrolled, signed in, and drawn for a sitting that is open.
func newContest(ctx context.Context, w *work, people int) (*contest, error) {
	path, err := binary(ctx)
	if err != nil {
		return nil, err
	}
	c := &contest{p: &program{path: path, data: filepath.Join(w.dir, "data"), demo: "-demo-empty",
		env: []string{"KHUEVAN_TRUSTED_PROXIES=127.0.0.0/8", "KHUEVAN_LOG_LEVEL=warn"}}}
	w.atEnd(c.p.kill)
	c.client = &http.Client{Timeout: time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: 2 * contestCrowd, MaxConnsPerHost: 2 * contestCrowd},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	if _, err := c.p.start(ctx, firstStart); err != nil {
		return nil, err
	}
	admin, err := c.signIn(ctx, "DEMO-0001", "198.51.100.1")
	if err != nil {
		return nil, err
	}
	if err := c.furnish(ctx, admin, people); err != nil {
		return nil, err
	}
	for i := range people {
		c.people = append(c.people, &candidate{address: fmt.Sprintf("10.%d.%d.%d", i>>16&255, i>>8&255, i&255)})
	}
	var next atomic.Int64
	return c, crowd(ctx, contestCrowd, func(ctx context.Context, _ int) error {
		for {
			i := int(next.Add(1)) - 1
			if i >= people {
				return nil
			}
			l := c.people[i]
			if l.token, err = c.signIn(ctx, candidateCode(i), l.address); err != nil {
				return err
			}
		}
	})
}

func candidateCode(i int) string { return fmt.Sprintf("DEMO-B%06d", i) }

// furnish brings in the people, publishes the course, gives its quiz twenty items, enrols everybody and opens the sitting.
func (c *contest) furnish(ctx context.Context, admin string, people int) error {
	var units, table strings.Builder
	units.WriteString("code,name,kind,parent,established\nB,Tỉnh Đo Thử,province,,2025-07-01\n")
	table.WriteString("code,name,email,birth_year,unit,post,roles\nDEMO-T,Trần Mây Đo,trainer@bench.example,1980,B,officer,trainer;learner\n")
	for i := range people {
		fmt.Fprintf(&table, "%s,Nguyễn Sao %d,p%d@bench.example,%d,B,officer,learner\n", candidateCode(i), i, i, 1960+i%40)
	}
	files := directory.ImportFiles{Units: units.String(), People: table.String()}
	var preview directory.ImportPreview
	if err := c.call(ctx, admin, "directory/preview-import", files, &preview); err != nil {
		return err
	}
	if err := c.call(ctx, admin, "directory/confirm-import", directory.ConfirmImportRequest{ImportFiles: files, Digest: preview.Digest}, nil); err != nil {
		return err
	}
	trainer, err := c.signIn(ctx, "DEMO-T", "198.51.100.2")
	if err != nil {
		return err
	}
	if err := c.call(ctx, trainer, "quiz/import-items", quiz.ImportItemsRequest{Course: course, Markdown: content.Questions(course)}, nil); err != nil {
		return err
	}
	if err := c.call(ctx, trainer, "catalog/publish-course", catalog.PublishCourseRequest{Package: course}, nil); err != nil {
		return err
	}
	if err := c.rules(ctx, trainer); err != nil {
		return err
	}
	var tree []directory.Unit
	if err := c.call(ctx, trainer, "directory/list-units", struct{}{}, &tree); err != nil {
		return err
	}
	root := tree[slices.IndexFunc(tree, func(u directory.Unit) bool { return u.Code == "B" })]
	if err := c.call(ctx, trainer, "enrolment/assign-course", enrolment.AssignCourseRequest{Course: course, Unit: root.ID, Due: time.Now().Add(240 * time.Hour)}, nil); err != nil {
		return err
	}
	if err := c.idle(ctx); err != nil {
		return err
	}
	return c.open(ctx, trainer, people)
}

// rules gives the quiz twenty items; it waits until the quiz service has heard of the course.
func (c *contest) rules(ctx context.Context, trainer string) error {
	var now quiz.Rules
	var refused error
	err := c.until(ctx, func() (bool, error) {
		refused = c.call(ctx, trainer, "quiz/get-rules", quiz.GetRulesRequest{Course: course}, &now)
		return refused == nil, nil
	})
	if err != nil {
		return errors.Join(err, refused)
	}
	return c.call(ctx, trainer, "quiz/revise-quiz", quiz.ReviseQuizRequest{Course: course, Version: now.Version, Revision: now.Revision,
		Rules: events.QuizRules{Items: contestItems, Pass: 5, Minutes: 60, Attempts: 3}}, nil)
}

// open schedules the sitting for soon, and waits until everybody's items are drawn and it is open.
func (c *contest) open(ctx context.Context, trainer string, people int) error {
	opens := time.Now().Add(5 * time.Second)
	err := c.call(ctx, trainer, "quiz/schedule-sitting", quiz.ScheduleSittingRequest{Course: course, Opens: opens, Closes: opens.Add(time.Hour)}, nil)
	if err != nil {
		return err
	}
	return c.until(ctx, func() (bool, error) {
		var all []quiz.Sitting
		if err := c.call(ctx, trainer, "quiz/list-sittings", quiz.ListSittingsRequest{Course: course}, &all); err != nil {
			return false, err
		}
		if len(all) == 0 || !all[0].Ready || time.Now().Before(opens) {
			return false, nil
		}
		if all[0].Prepared < people {
			return false, fmt.Errorf("only %d of %d are prepared", all[0].Prepared, people)
		}
		return true, nil
	})
}

// until asks again and again, for five minutes at most.
func (c *contest) until(ctx context.Context, done func() (bool, error)) error {
	for until := time.Now().Add(settleWithin); time.Now().Before(until); {
		if ok, err := done(); ok || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
	return errors.New("waited in vain")
}

func (c *contest) signIn(ctx context.Context, code, address string) (string, error) {
	var s struct {
		Token string `json:"token"`
	}
	err := c.send(ctx, http.MethodPost, "/api/v1/session", address, "", "application/json", strings.NewReader(`{"demo":"`+code+`"}`), func(r *http.Response) error {
		if r.StatusCode != http.StatusOK {
			return fmt.Errorf("sign in as %s: %s", code, r.Status)
		}
		return json.NewDecoder(r.Body).Decode(&s)
	})
	return s.Token, err
}

// call asks /api/v1.
func (c *contest) call(ctx context.Context, token, path string, req, into any) error {
	body, err := json.Marshal(req)
	if err != nil {
		return err
	}
	return c.send(ctx, http.MethodPost, "/api/v1/"+path, "198.51.100.3", token, "application/json", bytes.NewReader(body), func(r *http.Response) error {
		if r.StatusCode != http.StatusOK {
			text, _ := io.ReadAll(io.LimitReader(r.Body, 1000)) // for the message only
			return fmt.Errorf("%s: %s %s", path, r.Status, text)
		}
		if into == nil {
			return nil
		}
		return json.NewDecoder(r.Body).Decode(into)
	})
}

// post sends a form, as the page's script does where part says so, and gives where the answer leads.
func (c *contest) post(ctx context.Context, l *candidate, path, form string, part bool) (where string, err error) {
	kind := "application/x-www-form-urlencoded"
	if part {
		kind = "part"
	}
	err = c.send(ctx, http.MethodPost, path, l.address, l.token, kind, strings.NewReader(form), func(r *http.Response) error {
		where = r.Header.Get("Location")
		if part && r.StatusCode/100 != 2 || !part && r.StatusCode != http.StatusSeeOther {
			return fmt.Errorf("POST %s: %s", path, r.Status)
		}
		return nil
	})
	return where, err
}

func (c *contest) page(ctx context.Context, l *candidate, path string) (page string, err error) {
	err = c.send(ctx, http.MethodGet, path, l.address, l.token, "", http.NoBody, func(r *http.Response) error {
		if r.StatusCode != http.StatusOK {
			return fmt.Errorf("GET %s: %s", path, r.Status)
		}
		text, err := io.ReadAll(r.Body)
		page = string(text)
		return err
	})
	return page, err
}

func (c *contest) send(ctx context.Context, method, path, address, token, kind string, body io.Reader, read func(*http.Response) error) error {
	req, err := http.NewRequestWithContext(ctx, method, "http://"+c.p.addr+path, body)
	if err != nil {
		return err
	}
	req.Header.Set("X-Forwarded-For", address)
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	if kind == "part" {
		req.Header.Set("HX-Request", "true")
		kind = "application/x-www-form-urlencoded"
	}
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	resp, err := c.client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close() //nolint:errcheck // read to its end
	err = read(resp)
	_, rest := io.Copy(io.Discard, resp.Body)
	return errors.Join(err, rest)
}

var inputs = regexp.MustCompile(`<input[^>]* name="(item|choice)"[^>]* value="([^"]*)"`) //nolint:gochecknoglobals // constant

// papersOf reads the questions off the page of an attempt.
func papersOf(page string) []paper {
	var all []paper
	for _, m := range inputs.FindAllStringSubmatch(page, -1) {
		if m[1] == "item" {
			all = append(all, paper{item: m[2]})
		} else if len(all) > 0 {
			last := &all[len(all)-1]
			last.choices = append(last.choices, m[2])
		}
	}
	return all
}

// platform starts the program for a measure over HTTP; addresses are believed as a proxy tells them.
func (w *work) platform(ctx context.Context, demo string, more ...string) (*contest, error) {
	path, err := binary(ctx)
	if err != nil {
		return nil, err
	}
	c := &contest{p: &program{path: path, data: filepath.Join(w.dir, "data"), demo: demo, args: more,
		env: []string{"KHUEVAN_TRUSTED_PROXIES=127.0.0.0/8", "KHUEVAN_LOG_LEVEL=warn"}}}
	w.atEnd(c.p.kill)
	c.client = &http.Client{Timeout: 2 * time.Minute, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	_, err = c.p.start(ctx, firstStart)
	return c, err
}
