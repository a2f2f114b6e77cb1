// Saves an answer the moment a choice is picked.
//
//   <form data-autosave method="post" action="/…">
//     … inputs … <output class="saved" data-saving="Đang lưu…" data-failed="Chưa lưu được, đang thử lại…"></output>
//   </form>
//
// The form posts itself to its own action with the header HX-Request. The answer's HTML fills .saved (and may carry
// hx-swap-oob parts); only a 2xx from the same path counts as saved, so a redirect to the sign-in page does not.
// What is not saved is sent again: after a pause, when the network returns, before any other form of the page is
// submitted, and as a beacon when the page is left. The server must therefore take the same answer twice.
import htmx from 'htmx.org'

const pausesMs = [1000, 3000, 8000, 15000, 30000]
const typingPauseMs = 1500
const patienceBeforeSubmitMs = 4000

class Saver {
  constructor(form) {
    this.form = form
    this.dirty = false // the form holds something the server has not confirmed
    this.sending = null // the promise of the request under way
    this.failures = 0
    this.timer = 0
  }

  changed(afterMs) {
    this.dirty = true
    this.schedule(afterMs)
  }

  schedule(ms) {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.flush(), ms)
  }

  // Resolves with true once nothing is left to save, with false when a save failed.
  async flush() {
    clearTimeout(this.timer)
    while (this.sending) await this.sending
    while (this.dirty) {
      this.dirty = false
      this.sending = this.send()
      const saved = await this.sending
      this.sending = null
      if (!saved) {
        this.dirty = true
        this.schedule(pausesMs[Math.min(this.failures++, pausesMs.length - 1)])
        return false
      }
      this.failures = 0
    }
    return true
  }

  async send() {
    const { form } = this
    const status = form.querySelector('.saved')
    const action = new URL(form.getAttribute('action') || '', location.href)
    let saved = false
    const check = (event) => {
      if (event.detail.requestConfig.elt !== form) return
      const xhr = event.detail.xhr
      saved = xhr.status >= 200 && xhr.status < 300 && new URL(xhr.responseURL || location.href).pathname === action.pathname
      if (!saved) event.detail.shouldSwap = false
    }
    form.addEventListener('htmx:beforeSwap', check)
    show(status, 'saving')
    const answering = quietly(form, () => htmx.ajax('POST', action.pathname + action.search, {
      source: form, target: status || form, swap: status ? 'innerHTML' : 'none'
    }))
    try {
      await answering
    } catch (lost) {
      saved = false // no answer came; the next try tells the reader so
    }
    form.removeEventListener('htmx:beforeSwap', check)
    show(status, saved ? 'done' : 'failed')
    return saved
  }

  // The last chance when the page goes away: the browser delivers a beacon by itself.
  leave() {
    if ((this.dirty || this.sending) && navigator.sendBeacon) {
      navigator.sendBeacon(this.form.action, new URLSearchParams(new FormData(this.form)))
    }
  }
}

// A half-filled form is saved as it is; required fields matter only when it is handed in.
function quietly(form, start) {
  const before = form.noValidate
  form.noValidate = true
  const started = start()
  form.noValidate = before
  return started
}

function show(status, state) {
  if (!status) return
  status.dataset.state = state
  const text = status.dataset[state]
  if (text) status.textContent = text
}

export function autosave(document) {
  const savers = new Map()
  const saverOf = (form) => {
    if (!savers.has(form)) savers.set(form, new Saver(form))
    return savers.get(form)
  }
  const live = () => [...savers.values()].filter((saver) => saver.form.isConnected)
  const formOf = (event) => event.target.closest && event.target.closest('form[data-autosave]')

  document.addEventListener('change', (event) => formOf(event) && saverOf(formOf(event)).changed(0))
  document.addEventListener('input', (event) => {
    if (formOf(event) && event.target.matches('input:not([type=radio]):not([type=checkbox]), textarea')) {
      saverOf(formOf(event)).changed(typingPauseMs)
    }
  })
  holdSubmits(document, live)
  window.addEventListener('online', () => live().forEach((saver) => saver.flush()))
  window.addEventListener('pagehide', () => live().forEach((saver) => saver.leave()))
}

// Handing in waits until the last answer has arrived; otherwise the two would race to the server.
function holdSubmits(document, live) {
  const released = new WeakSet()
  document.addEventListener('submit', (event) => {
    const form = event.target
    if (form.hasAttribute('data-autosave')) {
      const own = live().find((saver) => saver.form === form)
      if (own) own.dirty = false // the submit itself carries the answer
      return
    }
    const waiting = live().filter((saver) => saver.dirty || saver.sending)
    if (released.has(form) || event.defaultPrevented || waiting.length === 0) return
    event.preventDefault()
    event.stopImmediatePropagation()
    const submitter = event.submitter
    const patience = new Promise((resolve) => setTimeout(resolve, patienceBeforeSubmitMs))
    Promise.race([Promise.all(waiting.map((saver) => saver.flush())), patience]).then(() => {
      released.add(form)
      if (submitter) submitter.click()
      else form.submit()
      released.delete(form)
    })
  }, true)
}
