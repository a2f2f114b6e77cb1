// Measures how long the page of a lesson is in sight, and tells the server.
//
//   <article data-time="/learn/attt/lessons/mat-khau/time" data-every="120">
//
// It tells after so many seconds in sight, and when the page is left or put away; half a minute after a failure it tries again
// with what has gathered. The server takes at most the time that passed by its own clock, whatever is told here.
const tick = 1000
const retry = 30000
const silence = 60000 // without a sign of the reader for so long, they are not at it
const asleep = 5000 // a step between two ticks that is longer was no reading: the device slept

export function lessonTime(document, window) {
  const page = document.querySelector('[data-time]')
  if (!page) return
  const every = 1000 * (Number(page.dataset.every) || 120)
  let visible = 0
  let active = 0
  let last = performance.now()
  let sign = last // to open a page is one
  let silentUntil = 0

  for (const kind of ['scroll', 'keydown', 'pointerdown', 'touchstart']) {
    window.addEventListener(kind, () => { sign = performance.now() }, { passive: true, capture: true })
  }

  const count = () => {
    const now = performance.now()
    const passed = now - last
    last = now
    if (document.hidden || passed > asleep) return
    visible += passed
    if (now - sign < silence) active += passed
  }

  const said = (left) => {
    const body = new URLSearchParams({ visible: String(Math.floor(visible / 1000)), active: String(Math.floor(active / 1000)) })
    if (left) body.set('left', '1')
    return body
  }

  const tell = async () => {
    const [v, a] = [visible, active]
    const body = said(false)
    visible = active = 0
    let heard = false
    try {
      heard = (await fetch(page.dataset.time, { method: 'POST', body, credentials: 'same-origin' })).ok
    } catch { /* no network: it is told later */ }
    if (heard) return
    visible += v
    active += a
    silentUntil = performance.now() + retry
  }

  const leave = () => {
    if (visible >= 1000 && navigator.sendBeacon && navigator.sendBeacon(page.dataset.time, said(true))) visible = active = 0
  }

  setInterval(() => {
    count()
    if (visible >= every && performance.now() >= silentUntil) tell()
  }, tick)
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) leave()
    last = performance.now()
  })
  window.addEventListener('pagehide', leave)
}
