// Notes what a proctor may ask about: the page was opened, left and returned to, the network went and came.
const betweenMs = 5000 // at most one leaving, with its return, in this time

export function watch(note) {
  let left = false
  let last = -betweenMs
  note('opened')
  window.addEventListener('offline', () => note('offline'))
  window.addEventListener('online', () => note('online'))
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) {
      if (performance.now() - last < betweenMs) return
      last = performance.now()
      left = true
      note('left')
    } else if (left) {
      left = false
      note('returned')
    }
  })
}

// Counts the seconds that each question is on the screen.
export function stopwatch() {
  const spent = {}
  let item = null
  let since = 0
  const stop = () => {
    if (item !== null && since > 0) spent[item] = (spent[item] || 0) + (performance.now() - since) / 1000
    since = document.hidden ? 0 : performance.now()
  }
  document.addEventListener('visibilitychange', stop)
  return {
    on(next) {
      stop()
      item = next
    },
    take(of) {
      stop()
      const seconds = spent[of] || 0
      spent[of] = 0
      return seconds.toFixed(1)
    }
  }
}
