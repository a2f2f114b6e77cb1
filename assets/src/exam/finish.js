// Hands an attempt in: by the person or at the end of the time, and not before the last answer has arrived. It also
// tells, at the top of the page, what keeps answers from arriving.
const spreadMs = 20000 // many attempts end together; they do not all ask for more time in the same second

export function finish(exam) {
  const { root } = exam
  const form = root.querySelector('#submit-attempt')
  const notice = root.querySelector('[data-network]')
  const timer = root.querySelector('[data-countdown]')
  let held = false // the form waits for the queue
  let over = false // the time is over
  let signin = false
  let failing = false

  const cancel = document.createElement('button')
  cancel.type = 'button'
  cancel.className = 'btn'
  cancel.textContent = exam.say('Cancel')
  cancel.addEventListener('click', () => {
    held = false
    show()
  })
  const enter = document.createElement('a')
  enter.href = '/sign-in?back=' + encodeURIComponent(exam.at)
  enter.textContent = exam.say('Enter')

  const show = (state) => {
    const waiting = exam.queue.entries().length
    if (state === 'signin') signin = true
    if (state === 'waiting') failing = true
    if (state === 'done' || state === 'refused') signin = failing = false
    if (held && waiting === 0) {
      held = false
      HTMLFormElement.prototype.submit.call(form)
      return
    }
    const says = []
    if (over) says.push(exam.say('Over'))
    if (held) says.push(exam.say('Draining', { n: waiting }))
    if (signin) says.push(exam.say('Signin'))
    else if (!navigator.onLine || failing) says.push(exam.say('Offline'))
    const text = says.join(' ')
    notice.hidden = text === ''
    if (notice.dataset.says === text) return
    notice.dataset.says = text
    notice.textContent = text + ' '
    if (signin) notice.appendChild(enter)
    if (held && !over) notice.appendChild(cancel)
  }

  document.addEventListener('submit', (event) => {
    if (event.target !== form) return
    exam.commit()
    if (exam.queue.entries().length === 0) return
    event.preventDefault()
    event.stopImmediatePropagation()
    held = true
    exam.queue.wake()
    show()
  }, true)

  // Somebody may have been given more time; only the server knows.
  const ask = async () => {
    try {
      const answer = await fetch(exam.at + '?part=clock', { credentials: 'same-origin', headers: { Accept: 'application/json' } })
      const told = answer.ok ? await answer.json() : {}
      if (!told.deadline || told.closed || Date.parse(told.deadline) === Date.parse(timer.dataset.countdown)) return false
      timer.dataset.now = told.now
      timer.dataset.countdown = told.deadline
      return Date.parse(told.deadline) > Date.parse(told.now)
    } catch (lost) {
      return false
    }
  }
  const end = async () => {
    exam.commit()
    if (await ask()) return
    over = true
    root.querySelectorAll('fieldset.question, [name=check], [name=flag], .order button').forEach((field) => { field.disabled = true })
    delete form.dataset.confirm // the time is over, there is nothing to ask
    held = true
    exam.queue.wake()
    show()
  }
  if (timer) {
    delete timer.dataset.submit // this file does it, once the answers are there
    timer.addEventListener('expired', end)
    timer.addEventListener('low', () => setTimeout(ask, Math.random() * spreadMs))
  }
  window.addEventListener('online', () => show())
  return { show }
}
