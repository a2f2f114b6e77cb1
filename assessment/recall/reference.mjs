// Reviews histories with ts-fsrs, the reference: node reference.mjs < cases.json. Input is {weights, retention, longest, histories},
// each history a list of {grade, days}; output has for each review {stability, difficulty, interval, recall}: the probability of
// recall is that at the review, 0 at the first.
import { createEmptyCard, forgetting_curve, fsrs, Rating } from 'ts-fsrs'
import { text } from 'node:stream/consumers'

const { weights, retention, longest, histories } = JSON.parse(await text(process.stdin))
const scheduler = fsrs({ w: weights, request_retention: retention, maximum_interval: longest, enable_fuzz: false, enable_short_term: false })
const ratings = { again: Rating.Again, hard: Rating.Hard, good: Rating.Good, easy: Rating.Easy }
const day = 24 * 60 * 60 * 1000

function review (history) {
  let at = Date.UTC(2000, 0, 1)
  let card = createEmptyCard(new Date(at))
  return history.map(({ grade, days }, i) => {
    at += i === 0 ? 0 : days * day
    const recall = i === 0 ? 0 : forgetting_curve(weights, days, card.stability)
    card = scheduler.next(card, new Date(at), ratings[grade]).card
    return { stability: card.stability, difficulty: card.difficulty, interval: card.scheduled_days, recall }
  })
}

process.stdout.write(JSON.stringify(histories.map(review)))
