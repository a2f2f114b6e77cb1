// Package catalog keeps the courses and programmes on offer: each as immutable versions, courses published from packages of files.
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
//   - A version says who approves when a person asks for the course, if anybody may ask, and which courses must be completed
//     before. Those must be on offer, and no courses wait for each other in a circle.
//   - A lesson is a text, a video, a file to take along, a text to be confirmed as read and understood, or a live session. What
//     completes it is said in course.yaml, never here. Files are kept under the hash of their bytes, and stored before the
//     version that names them.
//   - Tags are competencies of a framework that ships; content/frameworks has them with their sources, and marks what was not held
//     against its source. A crosswalk tells what the competencies of one framework are in another.
//
// A programme asks for courses in parts: all of a part's, or n of them. Rules:
//   - Its courses are in the offer when it is published. Equivalents count instead of a course; they may be withdrawn ones.
//   - Versions are as those of courses: the next one where the content differs, nothing where it does not.
//   - Whoever edits a programme says which version they saw. If another was published meanwhile, theirs is refused.
//   - A programme says whether completing it is certified (not at all, at once, in batches), for how long, and under which title.
//   - When somebody holds a programme says the package programme.
//
// Events in: none of others. Events out: CoursePublished, CourseWithdrawn, FileStored, ProgrammePublished,
// ProgrammeWithdrawn.
package catalog
