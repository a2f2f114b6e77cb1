package notification

import (
	"fmt"
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

func refresherWords(values map[string]string, link, lang string) (subject, what string) {
	if lang == "en" {
		return "A refresher of 2 minutes", fmt.Sprintf("It is time to refresh what you have learnt: %s questions, about 2 minutes, on a phone if you like.\n\n", values[valueQuestions]) +
			"Please answer them at:\n" + link + "\n\nThey change neither marks nor certificates. Questions left open expire when the next ones come."
	}
	return "Ôn tập nhanh 2 phút", fmt.Sprintf("Đã đến lúc ôn lại những gì ông/bà đã học: %s câu hỏi, khoảng 2 phút, trả lời được ngay trên điện thoại.\n\n", values[valueQuestions]) +
		"Đề nghị ông/bà trả lời tại địa chỉ:\n" + link + "\n\nKết quả ôn tập không ảnh hưởng đến điểm và giấy chứng nhận. Câu chưa trả lời sẽ hết hạn khi có đợt ôn tập sau."
}
