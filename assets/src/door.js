// Opens what waits for its time: <div data-door> holds a countdown, a sentence and a hidden form with the button.
// Ten thousand people may wait for the same second, so each page opens at a moment of its own within two seconds.
const spreadMs = 2000

export function doors(document) {
  document.addEventListener('expired', (event) => {
    const door = event.target.closest && event.target.closest('[data-door]')
    if (!door) return
    setTimeout(() => {
      door.querySelector('form').hidden = false
      const says = door.querySelector('[data-shut]')
      says.textContent = says.dataset.shut
      event.target.parentElement.hidden = true
    }, Math.random() * spreadMs)
  })
}
