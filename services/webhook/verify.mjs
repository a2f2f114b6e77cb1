// Verifies deliveries with libraries of others: node verify.mjs < cases.json. Input is a list of {headers, body, secret};
// output is a list of {verified, why, event}. The signature is checked by standardwebhooks, the envelope by cloudevents.
import { Webhook } from 'standardwebhooks'
import { HTTP } from 'cloudevents'
import { text } from 'node:stream/consumers'

function verify ({ headers, body, secret }) {
  try {
    new Webhook(secret).verify(body, headers)
    const event = HTTP.toEvent({ headers, body })
    event.validate()
    if (event.specversion !== '1.0' || event.id !== headers['webhook-id']) throw new Error('the event is not what was signed')
    return { verified: true, why: '', event: event.toJSON() }
  } catch (error) {
    return { verified: false, why: String(error.message || error) }
  }
}

console.log(JSON.stringify(JSON.parse(await text(process.stdin)).map(verify)))
