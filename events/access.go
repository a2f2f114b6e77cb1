package events

// AccessDenied records that someone asked for what they may not do. Stream access.person.<person>_<day>.
type AccessDenied struct {
	Person string `json:"person"`           // who asked; visitors are not recorded
	Method string `json:"method"`           // "quiz.save-answer"
	Object string `json:"object,omitempty"` // what it was about, when the request says so
}

// EventType implements Event.
func (AccessDenied) EventType() string { return "access.access-denied.v1" }

// StandInGiven says that somebody lends one of their roles, in a unit, to another for some days. It takes effect and
// ends by the day without anybody doing anything. Stream access.delegation.<stand-in>.
type StandInGiven struct {
	StandIn string `json:"stand_in"`
	Giver   string `json:"giver"`
	Person  string `json:"person"` // who stands in
	Role    string `json:"role"`
	Unit    string `json:"unit"`   // and those below it
	From    string `json:"from"`   // first day, 2006-01-02
	Until   string `json:"until"`  // last day
	Reason  string `json:"reason"` // leave, mission, training, vacancy, other
}

// EventType implements Event.
func (StandInGiven) EventType() string { return "access.stand-in-given.v1" }

// StandInEnded says that a stand-in is over before its last day, at once.
type StandInEnded struct {
	StandIn string `json:"stand_in"`
	On      string `json:"on"` // day
}

// EventType implements Event.
func (StandInEnded) EventType() string { return "access.stand-in-ended.v1" }

// DataRead says that somebody looked at what is another's, or a unit's people. One fact stands for all such looks of an
// hour. With People, a page of a list was shown, and they were on it; without, everybody of the object was looked at.
// Stream access.reads.<reader>_<hour>.
type DataRead struct {
	Reader   string   `json:"reader"`
	OnBehalf string   `json:"on_behalf,omitempty"` // whose role it stood on
	Method   string   `json:"method"`              // "quiz.get-trail"
	Kind     string   `json:"kind"`                // person, unit
	Object   string   `json:"object"`              // id; "" for all units
	Hour     string   `json:"hour"`                // 2006010215, province time
	People   []string `json:"people,omitempty"`    // ids, none twice in an hour
}

// Shown says in words what a look showed. The words stand here because facts outlive the methods that they name, and more
// than one service tells people of them; ok is false for a method that was never logged.
func (e DataRead) Shown() (what Words, ok bool) {
	what, ok = map[string]Words{
		"certification.get-order":       {Vi: "Đợt cấp giấy chứng nhận, danh sách chưa cấp được", En: "An order of certificates, with those not issued"},
		"certification.preview-order":   {Vi: "Danh sách chờ cấp giấy chứng nhận", En: "The list of who waits for a certificate"},
		"directory.find-people":         {Vi: "Kết quả tìm người", En: "What a search for people found"},
		"directory.get-career":          {Vi: "Quá trình công tác", En: "Where you stood and stand"},
		"directory.get-unit":            {Vi: "Trang đơn vị, có danh sách người", En: "The page of a unit, with its people"},
		"directory.list-doubts":         {Vi: "Danh sách người cần đối chiếu khi nhập dữ liệu", En: "People in doubt after an import"},
		"directory.list-people":         {Vi: "Danh sách nhân sự", En: "A personnel list"},
		"directory.list-to-place":       {Vi: "Danh sách người chờ bố trí", En: "The list of people to be placed"},
		"directory.preview-import":      {Vi: "Xem trước tệp nhập nhân sự", En: "A preview of an import of people"},
		"evaluation.what-if":            {Vi: "Dự báo của đợt nhắc học, ai dễ trễ hạn", En: "A campaign's forecast, with who may be late"},
		"enrolment.list-requests":       {Vi: "Danh sách yêu cầu học chờ duyệt", En: "The list of requests for courses that wait"},
		"progress.download-hours":       {Vi: "Bảng giờ học của đơn vị, có danh sách người", En: "The unit's ledger of hours, with its people"},
		"progress.get-hours":            {Vi: "Giờ học của bạn", En: "Your hours of learning"},
		"progress.get-session":          {Vi: "Danh sách học viên của một buổi học", En: "The learners of a session"},
		"progress.get-unit-hours":       {Vi: "Giờ học của đơn vị, có danh sách người", En: "The unit's hours of learning, with its people"},
		"progress.preview-attendance":   {Vi: "Xem trước danh sách điểm danh", En: "A preview of an attendance list"},
		"quiz.get-trail":                {Vi: "Nhật ký lượt làm bài", En: "The record of an attempt"},
		"reporting.export-completion":   {Vi: "Kết quả hoàn thành của đơn vị, có họ tên và mã cán bộ", En: "The unit's completion export, with names and personnel codes"},
		"reporting.download-competency": {Vi: "Báo cáo năng lực của đơn vị, có danh sách người", En: "The unit's competency report, with its people"},
		"reporting.list-rows":           {Vi: "Danh sách và kết quả của đơn vị", En: "The unit's people and results"},
	}[e.Method]
	return what, ok
}

// EventType implements Event.
func (DataRead) EventType() string { return "access.data-read.v1" }
