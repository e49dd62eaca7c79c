"""Prints the gradebook of a course as JSON: by student, the score of each graded cell, and whether somebody must look at it."""

import json
import sys

from nbgrader.api import Gradebook

with Gradebook(f"sqlite:///{sys.argv[1]}") as gradebook:
    marks = {
        submission.student.id: {
            "scores": {grade.name: grade.score for notebook in submission.notebooks for grade in notebook.grades},
            "max": submission.max_score,
            "needsManualGrade": submission.needs_manual_grade,
        }
        for submission in gradebook.assignment_submissions(sys.argv[2])
    }
print(json.dumps(marks))
