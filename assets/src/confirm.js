// Asks before what cannot be undone: <form data-confirm="Nộp bài?"> or <button data-confirm="…">.
// It runs on the way down, so that neither htmx nor a held submit sees a refused one; a yes is remembered until
// the submit has passed, so that a form held back until the last answer has arrived does not ask twice.
export function confirmation(document) {
  const agreed = new WeakSet()
  window.addEventListener('submit', (event) => {
    const form = event.target
    const submitter = event.submitter
    const question = (submitter && submitter.dataset.confirm) || form.dataset.confirm
    if (!question) return
    if (agreed.has(form) || window.confirm(question)) {
      agreed.add(form)
      return
    }
    event.preventDefault()
    event.stopImmediatePropagation()
  }, true)
  document.addEventListener('submit', (event) => agreed.delete(event.target))
  document.addEventListener('click', (event) => {
    const link = event.target.closest && event.target.closest('a[data-confirm]')
    if (link && !window.confirm(link.dataset.confirm)) event.preventDefault()
  })
}
