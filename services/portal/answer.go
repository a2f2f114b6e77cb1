package portal

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	g "maragu.dev/gomponents"

	"khuevan/platform/fault"
	"khuevan/platform/web"
	"khuevan/services/quiz"
)

// byScript reports whether the script of a page sent the form: by header, or by a field where none can be set.
func byScript(r *http.Request) bool {
	return r.Header.Get("HX-Request") == "true" || r.PostFormValue("via") == "queue"
}

// told answers what the script of a page asks: nothing or a few bytes, a refusal as problem+json. Ten thousand people may
// answer in the same minute, so no page is drawn. 401 says that the session is over and the same will do once it is renewed.
func (p *Portal) told(fn func(v *view, w http.ResponseWriter) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v, err := p.open(r)
		if err == nil && v.who.Person == "" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		if err == nil {
			err = fn(v, w)
		}
		if err != nil {
			web.WriteError(w, r, err)
		}
	})
}

// answer saves an answer. The script of the page hears that it is done; a form sent without it goes on to the next question.
func (p *Portal) answer() http.Handler {
	form, script := p.act(p.answerForm, p.redrawAttempt), p.told(answerScript)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if byScript(r) {
			script.ServeHTTP(w, r)
			return
		}
		form.ServeHTTP(w, r)
	})
}

// answerScript saves an answer from the queue of a page. One that was checked is shown with what was found.
func answerScript(v *view, w http.ResponseWriter) error {
	saved, err := v.saveAnswer()
	if err != nil {
		return err
	}
	if saved.Done {
		_, err = quiz.SubmitAttempt.Call(v.ctx(), v.p.d.RPC, quiz.SubmitAttemptRequest{Attempt: v.r.PathValue("attempt")})
		if err != nil {
			return err
		}
	}
	number, bad := strconv.Atoi(v.r.PostFormValue("q"))
	if saved.Question == nil || saved.Question.Kind == "" || bad != nil || v.r.PostFormValue("all") == "" {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	all, _ := strconv.Atoi(v.r.PostFormValue("all")) // the page tells its own number
	q := asked{Question: *saved.Question, attempt: v.r.PathValue("attempt"), behaviour: quiz.Immediate, number: number, all: all}
	return v.p.render(w, v, http.StatusOK, page{Bare: true, Body: []g.Node{v.question(q, false)}})
}

// answerForm saves an answer that a form sent, and names the page to go on to.
func (p *Portal) answerForm(v *view) (string, uint64, error) {
	saved, err := v.saveAnswer()
	at := "/attempts/" + v.r.PathValue("attempt")
	if err != nil {
		return "", 0, err
	}
	if saved.Done {
		done, err := quiz.SubmitAttempt.Call(v.ctx(), p.d.RPC, quiz.SubmitAttemptRequest{Attempt: v.r.PathValue("attempt")})
		return at, done.Seq, err
	}
	to, seq := v.r.PostFormValue("go"), saved.Seq
	if flag := v.r.PostFormValue("flag"); flag != "" {
		done, err := v.flagItem(flag == "1")
		if err != nil {
			return "", 0, err
		}
		seq = max(seq, done)
	}
	if to == "" {
		to = v.r.PostFormValue("q")
	}
	if n, bad := strconv.Atoi(to); bad != nil || n < 1 {
		to = toReview
	}
	return at + "?q=" + to, seq, nil
}

func (v *view) saveAnswer() (quiz.Saved, error) {
	if err := v.r.ParseForm(); err != nil {
		return quiz.Saved{}, fault.New(fault.Invalid, "Không đọc được câu trả lời đã gửi.", "What was sent cannot be read.").Because(err)
	}
	form := v.r.PostForm
	choice, err := choiceOf(form)
	if err != nil {
		return quiz.Saved{}, err
	}
	req := quiz.SaveAnswerRequest{Attempt: v.r.PathValue("attempt"), Item: form.Get("item"), Choice: choice, Device: form.Get("device"), Check: form.Get("check") == "1"}
	// What a browser cannot tell, or tells as nonsense, is left out: the answer counts all the same.
	req.Given, _ = time.Parse(time.RFC3339Nano, form.Get("given"))
	req.Seconds, _ = strconv.ParseFloat(form.Get("seconds"), 64)
	req.Certainty, _ = strconv.Atoi(form.Get("certainty"))
	return quiz.SaveAnswer.Call(v.ctx(), v.p.d.RPC, req)
}

// choiceOf reads an answer from a form: choices as they are, "<row>=<value>" of the fields of rows, and entries in the order
// of the places chosen for them.
func choiceOf(form url.Values) ([]string, error) {
	choice := form["choice"]
	places, chosen := map[int]string{}, 0
	entries := 0
	for name, values := range form {
		if row, ok := strings.CutPrefix(name, answerField); ok && strings.TrimSpace(values[0]) != "" {
			choice = append(choice, row+"="+strings.TrimSpace(values[0]))
		}
		id, ok := strings.CutPrefix(name, placeField)
		if !ok {
			continue
		}
		entries++
		if n, err := strconv.Atoi(values[0]); err == nil {
			chosen++
			places[n] = id
		}
	}
	if chosen == 0 {
		return choice, nil
	}
	for n := 1; n <= entries; n++ {
		id, ok := places[n]
		if !ok {
			return nil, fault.Newf(fault.Invalid, "Mỗi mục cần một thứ tự riêng, từ 1 đến %d. Chưa mục nào có thứ tự %d.", "Each entry needs a place of its own, 1 to %d. None has place %d.", entries, n)
		}
		choice = append(choice, id)
	}
	return choice, nil
}

func (v *view) flagItem(on bool) (uint64, error) {
	done, err := quiz.FlagItem.Call(v.ctx(), v.p.d.RPC, quiz.FlagItemRequest{Attempt: v.r.PathValue("attempt"), Item: v.r.PostFormValue("item"), Flagged: on})
	return done.Seq, err
}

// flagScript marks a question for a page's script.
func flagScript(v *view, w http.ResponseWriter) error {
	_, err := v.flagItem(v.r.PostFormValue("flagged") == "1")
	if err == nil {
		w.WriteHeader(http.StatusNoContent)
	}
	return err
}

// seenScript takes in what the browser noticed.
func seenScript(v *view, w http.ResponseWriter) error {
	req := quiz.ObserveRequest{Attempt: v.r.PathValue("attempt"), What: v.r.PostFormValue("what"), Device: v.r.PostFormValue("device")}
	req.Given, _ = time.Parse(time.RFC3339Nano, v.r.PostFormValue("given")) // none counts as now
	_, err := quiz.Observe.Call(v.ctx(), v.p.d.RPC, req)
	if err == nil {
		w.WriteHeader(http.StatusNoContent)
	}
	return err
}

func (p *Portal) submitAttempt(v *view) (string, uint64, error) {
	attempt := v.r.PathValue("attempt")
	done, err := quiz.SubmitAttempt.Call(v.ctx(), p.d.RPC, quiz.SubmitAttemptRequest{Attempt: attempt})
	return "/attempts/" + attempt, done.Seq, err
}
