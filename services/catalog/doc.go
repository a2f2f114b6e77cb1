// Package catalog keeps the courses on offer: each as immutable versions, published from packages of files.
//
// A package is course.yaml, lessons/<id>.md for every lesson it names, files/ that lessons name and, for the quiz service, questions.md; the
// format stands in content/README.md. A package that breaks it is refused as a whole, and the refusal names each
// file and line with the remedy.
//
// Rules:
//   - Publishing content that differs from the latest version makes the next version; versions count from 1.
//   - Publishing what the latest version already says decides nothing and answers with that version.
//   - Withdrawing takes a course out of the offer: nobody new is enrolled, those in it go on.
//   - Publishing brings a withdrawn course back: as the next version when its content changed, else by stating the
//     latest version once more, under the same number and digest. So a version number always means one content.
//   - Every version stays readable.
//   - A lesson is a text, a video, a file to take along, a text to be confirmed as read and understood, or a live session. What
//     completes it is said in course.yaml, never here. Files are kept under the hash of their bytes, and stored before the
//     version that names them.
//   - Tags are competencies of a framework that ships; content/frameworks has them with their sources, and marks what was not held
//     against its source. A crosswalk tells what the competencies of one framework are in another.
//
// Events in: none of others. Events out: CoursePublished, CourseWithdrawn, FileStored.
package catalog
