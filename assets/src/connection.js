// Shows elements marked <p data-offline hidden> while the browser knows it has no network.
export function connection(window) {
  const show = () => window.document.querySelectorAll('[data-offline]').forEach((element) => {
    element.hidden = window.navigator.onLine
  })
  window.addEventListener('online', show)
  window.addEventListener('offline', show)
  show()
}
