// Reads an answer from the fields of a question, and writes one into them. Its form is that of quiz.SaveAnswerRequest:
// ids of choices; "<row>=<id or text>" where there are rows; ids in their order for an ordering question.
const row = 'row-'

export function choices(section) {
  const order = section.querySelector('[data-order]')
  if (order) return 'given' in order.dataset ? idsOf(order) : []
  const picked = [...section.querySelectorAll('[name=choice]:checked')].map((input) => input.value)
  const rows = [...section.querySelectorAll(`[name^="${row}"]`)].filter((field) => field.value.trim() !== '')
  return picked.concat(rows.map((field) => field.name.slice(row.length) + '=' + field.value.trim()))
}

export function certainty(section) {
  const picked = section.querySelector('[name=certainty]:checked')
  return picked ? picked.value : ''
}

export function fill(section, given, sure) {
  const order = section.querySelector('[data-order]')
  if (order) {
    given.forEach((id) => order.appendChild([...order.children].find((entry) => entry.dataset.id === id) || order.lastElementChild))
    if (given.length > 0) order.dataset.given = ''
  }
  section.querySelectorAll('[name=choice]').forEach((input) => { input.checked = given.includes(input.value) })
  section.querySelectorAll(`[name^="${row}"]`).forEach((field) => {
    const start = field.name.slice(row.length) + '='
    const value = given.find((pair) => pair.startsWith(start))
    field.value = value ? value.slice(start.length) : ''
  })
  section.querySelectorAll('[name=certainty]').forEach((input) => { if (sure) input.checked = input.value === sure })
}

function idsOf(order) { return [...order.children].map((entry) => entry.dataset.id) }

// Lets people move the entries of an ordering question: buttons instead of the numbers that serve without scripts.
// moved(text, place, all) is told where an entry has gone.
export function ordering(section, moved) {
  const order = section.querySelector('[data-order]')
  if (!order) return
  const keep = section.querySelector('[data-keep]')
  order.querySelectorAll('.place').forEach((place) => place.remove())
  order.querySelectorAll('.moves').forEach((moves) => { moves.hidden = false })
  keep.hidden = 'given' in order.dataset
  const given = (entry) => {
    order.dataset.given = ''
    keep.hidden = true
    moved(entry ? entry.querySelector('.text').textContent : '', idsOf(order).indexOf(entry && entry.dataset.id) + 1, order.children.length)
    order.dispatchEvent(new Event('change', { bubbles: true }))
  }
  keep.addEventListener('click', () => {
    given(null)
    order.querySelector('button').focus()
  })
  order.addEventListener('click', (event) => {
    const button = event.target.closest('[data-move]')
    if (!button) return
    const entry = button.closest('li')
    const up = button.dataset.move === '-1'
    const other = up ? entry.previousElementSibling : entry.nextElementSibling
    if (other) order.insertBefore(up ? entry : other, up ? other : entry)
    button.focus() // moving an element takes the focus from what is in it
    given(entry)
  })
}
