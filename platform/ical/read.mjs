// Reads calendars as somebody else would, with ical.js: node read.mjs < list. Input is a list of texts; output says of each what a
// calendar would show, or why it was not read.
import ICAL from 'ical.js'
import { text } from 'node:stream/consumers'

function read (calendar) {
  try {
    const root = new ICAL.Component(ICAL.parse(calendar))
    for (const zone of root.getAllSubcomponents('vtimezone')) ICAL.TimezoneService.register(zone)
    const component = root.getFirstSubcomponent('vevent')
    const event = new ICAL.Event(component)
    const attendee = component.getFirstProperty('attendee')
    const alarm = component.getFirstSubcomponent('valarm')
    return {
      method: root.getFirstPropertyValue('method'),
      uid: event.uid,
      sequence: event.sequence,
      start: event.startDate.toJSDate().toISOString(),
      end: event.endDate.toJSDate().toISOString(),
      zone: component.getFirstProperty('dtstart').getParameter('tzid'),
      offset: event.startDate.utcOffset(),
      stamp: component.getFirstPropertyValue('dtstamp').toJSDate().toISOString(),
      status: component.getFirstPropertyValue('status'),
      summary: event.summary,
      location: event.location ?? '',
      description: event.description ?? '',
      url: component.getFirstPropertyValue('url') ?? '',
      organizer: event.organizer ?? '',
      attendee: attendee?.getFirstValue() ?? '',
      name: attendee?.getParameter('cn') ?? '',
      alarm: alarm?.getFirstPropertyValue('trigger').toString() ?? '',
      why: ''
    }
  } catch (error) {
    return { why: String(error.message ?? error) }
  } finally {
    ICAL.TimezoneService.reset()
  }
}

console.log(JSON.stringify(JSON.parse(await text(process.stdin)).map(read)))
