"""Jupyter's own conformance tests, with samples in TypeScript. Run by jupyter_kernel_test.test.ts."""

import unittest

import jupyter_kernel_test

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


class OrreryTests(jupyter_kernel_test.KernelTests):
    kernel_name = "orrery"
    language_name = "typescript"
    file_extension = ".ts"
    code_hello_world = "console.log('hello, world')"
    code_stderr = "console.error('oops')"
    completion_samples = [
        {"text": "Math.sqr", "matches": {"sqrt"}},
        {"text": "[1].findLas", "matches": {"findLast", "findLastIndex"}},
    ]
    complete_code_samples = ["1 + 1", "function f() { return 1 }", "const t = `a\nb`", "enum E { A }"]
    incomplete_code_samples = ["function f() {", "const t = `a", "[1, 2,", "/* open"]
    invalid_code_samples = ["const = 3", "let a = 'x", "1 +* 2", "}"]
    code_page_something = "Math.max?"
    code_generate_error = "throw new Error('as asked')"
    code_execute_result = [
        {"code": "1+2", "result": "3"},
        {"code": "const s: string = 'a'; s", "result": "'a'"},
        {"code": "[1, 2].map(x => x * 2)", "result": "[ 2, 4 ]"},
    ]
    code_display_data = [
        {"code": "display.html('<b>bold</b>')", "mime": "text/html"},
        {"code": f"display.png(Buffer.from('{PIXEL}', 'base64'))", "mime": "image/png"},
        {"code": "display({ a: 1 })", "mime": "text/plain"},
    ]
    code_history_pattern = "1?2*"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "Math.max"
    code_clear_output = "clearOutput()"


if __name__ == "__main__":
    unittest.main(verbosity=2)
