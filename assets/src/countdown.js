// Counts down to a moment the server set.
//
//   <time class="timer" data-countdown="2030-01-02T03:04:05Z" data-now="2030-01-02T02:34:05Z"
//         data-submit="attempt">30:00</time>
//
// data-now is the server's clock when it wrote the page: a phone with a wrong clock still shows the right rest.
// At zero the element fires "expired" (usable as hx-trigger) and, with data-submit, submits that form by id.
// The server decides by its own clock in any case.
const lowSeconds = 300

export function countdowns(document) {
  const ends = new WeakMap()
  const over = new WeakSet()

  const endOf = (element) => {
    if (!ends.has(element)) {
      const written = Date.parse(element.dataset.now)
      const ahead = Number.isNaN(written) ? 0 : written - Date.now()
      ends.set(element, Date.parse(element.dataset.countdown) - ahead)
    }
    return ends.get(element)
  }

  const tick = (element) => {
    const left = Math.max(0, Math.ceil((endOf(element) - Date.now()) / 1000))
    if (Number.isNaN(left) || over.has(element)) return
    element.textContent = clock(left)
    element.classList.toggle('is-low', left <= lowSeconds)
    if (left > 0) return
    over.add(element)
    element.classList.add('is-over')
    element.dispatchEvent(new CustomEvent('expired', { bubbles: true }))
    const form = document.getElementById(element.dataset.submit || '')
    if (!form) return
    delete form.dataset.confirm // the time is over, there is nothing to ask
    ;(form.requestSubmit || form.submit).call(form)
  }

  const tickAll = () => document.querySelectorAll('[data-countdown]').forEach(tick)
  tickAll()
  setInterval(tickAll, 1000)
  document.addEventListener('visibilitychange', () => document.hidden || tickAll())
}

// clock writes seconds as 4:05 or 1:04:05.
export function clock(seconds) {
  const two = (n) => String(n).padStart(2, '0')
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes}:${two(seconds % 60)}`
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`
}
