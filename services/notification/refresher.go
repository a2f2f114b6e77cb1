package notification

import (
	"strconv"

	"khuevan/events"
)

// templateRefresher asks a person some questions about what they have learnt: one message for each offer.
const templateRefresher = "refresher"

// Values of the message, as they stand in facts.
const (
	valueOffer     = "offer"
	valueQuestions = "questions" // how many
)

func occasionToRefresh(e events.RefresherOffered) occasion {
	return occasion{person: e.Person, what: templateRefresher + "-" + strconv.Itoa(e.Number), template: templateRefresher,
		values: map[string]string{valueOffer: e.Offer, valueQuestions: strconv.Itoa(len(e.Questions))}}
}
