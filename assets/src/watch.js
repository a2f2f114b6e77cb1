// Notes which parts of a video were watched, and tells the server: in percent of its length, as "0-30,60-100".
//
//   <video data-watch="/learn/attt/lessons/phim/watched" …>   <strong data-watched>30</strong>
//
// It tells when the video pauses, ends or is left, and every minute while it plays. The answer is how much is watched by now.
const every = 60000

export function watchedVideos(document, window) {
  for (const video of document.querySelectorAll('video[data-watch]')) watch(video, document, window)
}

function watch(video, document, window) {
  const shown = document.querySelector('[data-watched]')
  let told = ''

  const parts = () => {
    const length = video.duration
    if (!length || length === Infinity) return ''
    const all = []
    for (let i = 0; i < video.played.length; i++) {
      const from = Math.ceil((100 * video.played.start(i)) / length)
      const end = video.played.end(i)
      const to = length - end < 0.5 ? 100 : Math.floor((100 * end) / length)
      if (to > from) all.push(`${from}-${to}`)
    }
    return all.join(',')
  }

  const body = (text) => new URLSearchParams({ parts: text })

  const tell = async () => {
    const now = parts()
    if (!now || now === told) return
    told = now
    try {
      const answer = await fetch(video.dataset.watch, { method: 'POST', body: body(now), credentials: 'same-origin' })
      if (answer.ok && shown) shown.textContent = await answer.text()
      if (!answer.ok) told = ''
    } catch {
      told = '' // no network: it is told with what comes next
    }
  }

  const leave = () => {
    const now = parts()
    if (now && now !== told && navigator.sendBeacon && navigator.sendBeacon(video.dataset.watch, body(now))) told = now
  }

  video.addEventListener('pause', tell)
  video.addEventListener('ended', tell)
  setInterval(() => video.paused || tell(), every)
  document.addEventListener('visibilitychange', () => document.hidden && leave())
  window.addEventListener('pagehide', leave)
}
