// Counts down to a moment the server set.
//
//   <time class="timer" data-countdown="2030-01-02T03:04:05Z" data-now="2030-01-02T02:34:05Z"
//         data-submit="attempt">30:00</time>
//
// data-now is the server's clock when it wrote the page: a phone with a wrong clock still shows the right rest.
// Five minutes before zero the element fires "low", at zero "expired" (usable as hx-trigger); with data-submit it then
// submits that form by id. A later data-countdown, with the data-now it was told at, counts anew.
// The server decides by its own clock in any case.
const lowSeconds = 300

export function countdowns(document) {
  const ends = new WeakMap() // element → what it was told, and when that is by this device's clock

  const endOf = (element) => {
    const { countdown, now } = element.dataset
    const known = ends.get(element)
    if (known && known.countdown === countdown) return known
    const written = Date.parse(now)
    const ahead = Number.isNaN(written) ? 0 : written - Date.now()
    const end = { countdown, at: Date.parse(countdown) - ahead, low: false, over: false }
    ends.set(element, end)
    return end
  }

  const tick = (element) => {
    const end = endOf(element)
    const left = Math.max(0, Math.ceil((end.at - Date.now()) / 1000))
    if (Number.isNaN(left) || end.over) return
    element.textContent = clock(left)
    element.classList.toggle('is-low', left <= lowSeconds)
    element.classList.toggle('is-over', left <= 0)
    if (left <= lowSeconds && !end.low) {
      end.low = true
      element.dispatchEvent(new CustomEvent('low', { bubbles: true }))
    }
    if (left > 0) return
    end.over = true
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
