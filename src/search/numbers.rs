//! Numbers as text: one character for a small one, none that a string of JavaScript would have to escape.

/// Digits that end a number.
const LAST: u32 = 60;
/// Digits that more follow.
const MORE: u32 = 31;

/// Writes `number` to `out`: its last digit to the base 60, before it what is left to the base 31, each a character of its own kind.
pub(super) fn push(number: u32, out: &mut String) {
    let mut digits = [0_u32; 8];
    let mut count = 0;
    let mut rest = number / LAST;
    while rest > 0 {
        digits[count] = LAST + rest % MORE;
        rest /= MORE;
        count += 1;
    }
    for digit in digits[..count].iter().rev() {
        out.push(letter(*digit));
    }
    out.push(letter(number % LAST));
}

/// The character of a digit below 91: from `#` on, all that can be seen but the backslash.
pub(super) fn letter(digit: u32) -> char {
    const FIRST: u32 = '#' as u32;
    const BACKSLASH: u32 = '\\' as u32;
    let code = FIRST + digit;
    char::from_u32(if code >= BACKSLASH { code + 1 } else { code }).unwrap_or('#')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<u32> {
        let mut numbers = Vec::new();
        let mut rest = 0;
        for c in text.chars() {
            let code = c as u32;
            let digit = code - 35 - u32::from(code > 92);
            if digit < LAST {
                numbers.push(rest * LAST + digit);
                rest = 0;
            } else {
                rest = rest * MORE + digit - LAST;
            }
        }
        numbers
    }

    #[test]
    fn numbers_come_back() {
        let numbers = [0, 1, 59, 60, 61, 1859, 1860, 57_659, 57_660, 1 << 20, u32::MAX];
        let mut text = String::new();
        numbers.iter().for_each(|number| push(*number, &mut text));
        assert_eq!(read(&text), numbers);
        assert!(text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\'), "{text}");
        let mut small = String::new();
        push(59, &mut small);
        assert_eq!(small.len(), 1);
    }
}
