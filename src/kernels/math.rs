//! Mathematical functions whose results are the same on every machine. libm differs between systems, so these use only
//! operations that IEEE 754 defines to the bit.

/// Below this, [`exp`] is zero, because e^x would be subnormal.
pub const EXP_MIN: f32 = -87.3;
/// Above this, [`exp`] is infinite (e^88.7 is the largest f32).
pub const EXP_MAX: f32 = 88.0;

/// e^x to about 1 ulp: with x = n ln 2 + r, a polynomial of degree 7 in r times 2^n (coefficients of Cephes `expf`, S.
/// L. Moshier).
#[inline(always)]
pub fn exp(x: f32) -> f32 {
    let clamped = x.clamp(EXP_MIN, EXP_MAX);
    let n = (clamped * std::f32::consts::LOG2_E).round_ties_even();
    let r = n.mul_add(2.121_944_4e-4, n.mul_add(-0.693_359_4, clamped));
    let mut p = 1.987_569_1e-4_f32;
    p = p.mul_add(r, 1.398_199_9e-3);
    p = p.mul_add(r, 8.333_452e-3);
    p = p.mul_add(r, 4.166_579_6e-2);
    p = p.mul_add(r, 1.666_666_5e-1);
    p = p.mul_add(r, 0.5);
    let y = p.mul_add(r * r, r) + 1.0;
    // Adding 1.5 * 2^23 + 127 leaves n + 127 in the lowest bits, and the shift moves it to the exponent: 2^n.
    let y = y * f32::from_bits((n + 12_583_039.0).to_bits() << 23);
    if x < EXP_MIN {
        0.0
    } else if x > EXP_MAX {
        f32::INFINITY
    } else {
        y
    }
}

/// x * sigmoid(x).
#[inline(always)]
pub fn silu(x: f32) -> f32 {
    x / (1.0 + exp(-x))
}

/// The tanh approximation of GELU, x / 2 * (1 + tanh(u)) with u = sqrt(2 / pi) (x + 0.044715 x^3), written as x *
/// sigmoid(2u) (Hendrycks and Gimpel, "Gaussian error linear units", 2016).
#[inline(always)]
pub fn gelu_tanh(x: f32) -> f32 {
    const TWO_SQRT_2_OVER_PI: f32 = 1.595_769;
    let u2 = TWO_SQRT_2_OVER_PI * (x * x * x).mul_add(0.044_715, x);
    x / (1.0 + exp(-u2))
}

/// The value of an IEEE half-precision number, exactly.
#[inline(always)]
pub fn f16_to_f32(h: u16) -> f32 {
    let magnitude = u32::from(h & 0x7fff) << 13;
    // Multiplying by 2^112 changes the exponent bias from 15 to 127 and makes subnormal halves normal.
    let finite = (f32::from_bits(magnitude) * f32::from_bits(0x7780_0000)).to_bits();
    let bits = if magnitude >= 0x0f80_0000 { magnitude | 0x7f80_0000 } else { finite };
    f32::from_bits(bits | u32::from(h & 0x8000) << 16)
}

/// The half-precision number nearest to `x`, ties to even; numbers that are too large become infinity.
#[inline(always)]
pub fn f32_to_f16(x: f32) -> u16 {
    half::f16::from_f32_const(x).to_bits()
}

/// The value of a bfloat16, exactly.
#[inline(always)]
pub fn bf16_to_f32(h: u16) -> f32 {
    f32::from_bits(u32::from(h) << 16)
}

/// (sin x, cos x) for |x| up to about 2^30, to 1e-15 plus the rounding of the reduction.
pub fn sin_cos(x: f64) -> (f64, f64) {
    // pi/2 in two parts. The first has 33 bits, so k * HIGH is exact for every k that occurs.
    const HIGH: f64 = 1.570_796_326_734_125_6;
    const LOW: f64 = 6.077_100_506_506_192e-11;
    let k = (x * std::f64::consts::FRAC_2_PI).round_ties_even();
    let r = k.mul_add(-LOW, k.mul_add(-HIGH, x));
    let r2 = r * r;
    let series = |first: f64, start: u32| {
        let (mut term, mut sum) = (first, first);
        let mut i = start;
        while i < start + 18 {
            term *= -r2 / f64::from((i + 1) * (i + 2));
            sum += term;
            i += 2;
        }
        sum
    };
    let (sin, cos) = (series(r, 1), series(1.0, 0));
    match (k as i64).rem_euclid(4) {
        0 => (sin, cos),
        1 => (cos, -sin),
        2 => (-sin, -cos),
        _ => (-cos, sin),
    }
}

/// Natural logarithm of a positive, normal x, to about 1e-15 relative.
pub fn ln(x: f64) -> f64 {
    let bits = x.to_bits();
    let mut exponent = ((bits >> 52) & 0x7ff) as i64 - 1023;
    let mut m = f64::from_bits(bits & 0x000f_ffff_ffff_ffff | 1023 << 52);
    if m > std::f64::consts::SQRT_2 {
        m /= 2.0;
        exponent += 1;
    }
    // ln m = 2 atanh((m - 1) / (m + 1)). As |t| < 0.172, 13 odd powers leave an error of 1e-20.
    let t = (m - 1.0) / (m + 1.0);
    let (mut power, mut sum) = (t, t);
    for i in 1..13 {
        power *= t * t;
        sum += power / f64::from(2 * i + 1);
    }
    2.0 * sum + exponent as f64 * std::f64::consts::LN_2
}

/// e^x in double precision, to about 1e-15 relative, for |x| < 700.
pub fn exp_f64(x: f64) -> f64 {
    let n = (x * std::f64::consts::LOG2_E).round_ties_even();
    let r = n.mul_add(-std::f64::consts::LN_2, x);
    let (mut term, mut sum) = (1.0, 1.0);
    for i in 1..18 {
        term *= r / f64::from(i);
        sum += term;
    }
    sum * f64::from_bits(((n as i64 + 1023) as u64) << 52)
}

/// base^power for a positive base.
pub fn pow(base: f64, power: f64) -> f64 {
    exp_f64(power * ln(base))
}

/// Lanes of a [`MaxTracker`].
pub const MAX_LANES: usize = 32;

/// The maximum of the numbers so far, in lanes and without branches, so that the loop becomes vector code.
pub struct MaxTracker {
    most: [f32; MAX_LANES],
    has_nan: [bool; MAX_LANES],
}

impl MaxTracker {
    /// The tracker before the first number.
    pub const NONE: MaxTracker = MaxTracker { most: [f32::NEG_INFINITY; MAX_LANES], has_nan: [false; MAX_LANES] };

    /// Includes up to [`MAX_LANES`] numbers.
    #[inline(always)]
    pub fn update(&mut self, numbers: &[f32]) {
        for ((most, has_nan), number) in self.most.iter_mut().zip(&mut self.has_nan).zip(numbers) {
            *most = if *number > *most { *number } else { *most };
            *has_nan |= number.is_nan();
        }
    }

    /// The maximum; NaN if any number was NaN, negative infinity if there was none.
    #[inline(always)]
    pub fn max(&self) -> f32 {
        if self.has_nan.contains(&true) { f32::NAN } else { self.most.into_iter().fold(f32::NEG_INFINITY, f32::max) }
    }
}

/// The largest number; NaN if any is NaN.
pub fn largest(numbers: &[f32]) -> f32 {
    let mut largest = MaxTracker::NONE;
    let (body, tail) = numbers.as_chunks::<MAX_LANES>();
    body.iter().for_each(|numbers| largest.update(numbers));
    largest.update(tail);
    largest.max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exp_has_a_relative_error_below_2e_7() {
        let mut worst = 0.0_f64;
        for i in -87_000..88_000 {
            let x = i as f32 / 1000.0;
            let truth = f64::from(x).exp();
            worst = worst.max((f64::from(exp(x)) / truth - 1.0).abs());
        }
        assert!(worst < 2e-7, "relative error {worst}");
        assert_eq!(exp(0.0), 1.0);
        assert_eq!(exp(-1000.0), 0.0);
        assert_eq!(exp(f32::NEG_INFINITY), 0.0);
        assert_eq!(exp(1000.0), f32::INFINITY);
        assert!(exp(f32::NAN).is_nan());
    }

    #[test]
    fn gelu_agrees_with_its_formula_to_1e_6() {
        for i in -40_000..40_000 {
            let x = f64::from(i) / 2000.0;
            let u = (2.0 / std::f64::consts::PI).sqrt() * (x + 0.044_715 * x * x * x);
            let truth = 0.5 * x * (1.0 + u.tanh());
            assert!((f64::from(gelu_tanh(x as f32)) - truth).abs() < 1e-6 * x.abs().max(1.0), "{x}");
        }
        assert_eq!((gelu_tanh(0.0), gelu_tanh(1e9), gelu_tanh(-1e9)), (0.0, 1e9, 0.0));
        assert!(gelu_tanh(f32::NAN).is_nan());
    }

    #[test]
    fn every_half_converts_to_f32_and_back_exactly() {
        for h in 0..=u16::MAX {
            let exact = half::f16::from_bits(h).to_f32();
            if exact.is_nan() {
                assert!(f16_to_f32(h).is_nan());
            } else {
                assert_eq!(f16_to_f32(h).to_bits(), exact.to_bits(), "{h:04x}");
                assert_eq!(f32_to_f16(exact), h);
            }
        }
    }

    #[test]
    fn functions_in_double_precision_agree_with_libm_to_1e_13() {
        for i in 1..20_000 {
            let x = f64::from(i) * 7.31;
            let (s, c) = sin_cos(x);
            assert!((s - x.sin()).abs() < 1e-13 && (c - x.cos()).abs() < 1e-13, "{x}");
            assert!((ln(x) / x.ln() - 1.0).abs() < 1e-13);
            let y = f64::from(i) / 40.0 - 250.0;
            assert!((exp_f64(y) / y.exp() - 1.0).abs() < 1e-13, "{y}");
        }
    }
}
