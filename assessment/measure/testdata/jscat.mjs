// Replays recorded adaptive sessions through @bdelab/jscat and prints, as JSON, what it says after each answer.
// In: { bank: [{ id, a, b }], sessions: [[{ at, mark }]] } on standard input; `at` is a place in the bank, `mark` 0 or 1.
// Out: for each session { first, steps: [{ next, eap, error, mle, top }] }; mle and top may be null.
import { readFileSync } from "node:fs";
import { Cat } from "@bdelab/jscat";

const { bank, sessions } = JSON.parse(readFileSync(0, "utf8"));

// The highest point of jscat's own likelihood, which its optimiser leaves as soon as the slope is below 0.01.
function top(cat) {
  let low = -6;
  let high = 6;
  while (high - low > 1e-9) {
    const third = (high - low) / 3;
    if (cat.negLikelihood([low + third]) < cat.negLikelihood([high - third])) high -= third;
    else low += third;
  }
  return (low + high) / 2;
}

// Slow, hence only after every sixth answer; and only where there is a greatest likelihood: some right and some wrong.
function likeliest(zetas, marks) {
  if (marks.length % 6 !== 0 || new Set(marks).size < 2) return { mle: null, top: null };
  const cat = new Cat({ method: "MLE" });
  cat.updateAbilityEstimate(zetas, marks);
  return { mle: cat.theta, top: top(cat) };
}

function replay(session) {
  const cat = new Cat({ method: "EAP", itemSelect: "MFI" });
  let remaining = bank.map(({ id, a, b }) => ({ id, discrimination: a, difficulty: b, guessing: 0, slipping: 1 }));
  const next = () => cat.findNextItem(remaining).nextStimulus?.id ?? "";
  const first = next();
  const zetas = [];
  const marks = [];
  const steps = session.map(({ at, mark }) => {
    const { id, a, b } = bank[at];
    zetas.push({ a, b, c: 0, d: 1 });
    marks.push(mark);
    cat.updateAbilityEstimate(zetas.at(-1), mark);
    remaining = remaining.filter((s) => s.id !== id);
    return { next: next(), eap: cat.theta, error: cat.seMeasurement, ...likeliest(zetas, marks) };
  });
  return { first, steps };
}

process.stdout.write(JSON.stringify(sessions.map(replay)));
