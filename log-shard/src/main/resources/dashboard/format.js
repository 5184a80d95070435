/** Numbers as people read them. Each function takes null or undefined for "not measured" and shows a dash. */

export const NONE = '–';
export const SPACE = '\u00a0';
const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

function known(value) {
    return typeof value === 'number' && Number.isFinite(value);
}

/** Three significant digits, never an exponent. */
function digits(value) {
    const size = Math.abs(value);
    return value.toFixed(size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2);
}

function scaled(value, step, units) {
    let unit = 0;
    while (value >= step * 0.9995 && unit < units.length - 1) {
        value /= step;
        unit++;
    }
    return [unit === 0 && Number.isInteger(value) ? whole.format(value) : digits(value), units[unit]];
}

function joined([number, unit]) {
    return unit ? number + SPACE + unit : number;
}

/** A count in full, with separators. */
export function count(value) {
    return known(value) ? whole.format(value) : NONE;
}

/** A count in three digits: 1,234 or 12.3 k or 4.56 M. */
export function brief(value) {
    if (!known(value)) {
        return NONE;
    }
    return value < 9999.5 ? whole.format(value) : joined(scaled(value, 1000, ['', 'k', 'M', 'G']));
}

/** A round number on an axis, without needless zeros: 500, 5 k, 1.5 M. */
export function tick(value) {
    return brief(value).replace(/^(\d+),(\d)00$/, `$1.$2${SPACE}k`).replace(/\.0+(?=\D|$)/, '');
}

/** A power of ten of microseconds on an axis: 10 µs, 1 ms. */
export function microsTick(value) {
    return micros(value).replace(/\.0+/, '');
}

/** A rate: one decimal below ten, so that a trickle is not shown as nothing. */
export function rate(value) {
    return known(value) && value > 0 && value < 9.95 ? value.toFixed(1) : brief(value);
}

export function perSecond(value) {
    return known(value) ? rate(value) + SPACE + '/s' : NONE;
}

export function bytes(value) {
    return known(value) ? joined(scaled(value, 1024, ['B', 'KiB', 'MiB', 'GiB', 'TiB'])) : NONE;
}

/** A ratio in 0..1 as a percentage. */
export function percent(value) {
    if (!known(value)) {
        return NONE;
    }
    const hundred = value * 100;
    // Rounding must not turn "nearly all" into "all", nor "hardly any" into "none".
    const shown = hundred > 99.9 && hundred < 100 ? 99.9 : hundred > 0 && hundred < 0.1 ? 0.1 : hundred;
    return (shown === 0 || shown === 100 ? shown.toFixed(0) : shown.toFixed(1)) + SPACE + '%';
}

/** Microseconds, shown in the unit that fits. Nothing takes no time: 0 is what was not measured. */
export function micros(value) {
    return known(value) && value > 0 ? joined(scaled(value, 1000, ['µs', 'ms', 's'])) : NONE;
}

/** A span of milliseconds, from "12 ms" to "3 d 4 h". */
export function span(millis) {
    if (!known(millis)) {
        return NONE;
    }
    const seconds = millis / 1000;
    if (seconds < 1) {
        return joined([whole.format(millis), 'ms']);
    }
    if (seconds < 60) {
        return joined([seconds < 10 ? seconds.toFixed(1) : whole.format(Math.floor(seconds)), 's']);
    }
    const minutes = Math.floor(seconds / 60);
    if (minutes < 60) {
        return pair(minutes, 'min', Math.floor(seconds % 60), 's');
    }
    const hours = Math.floor(minutes / 60);
    return hours < 48 ? pair(hours, 'h', minutes % 60, 'min') : pair(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

function pair(large, largeUnit, small, smallUnit) {
    return joined([large, largeUnit]) + (small ? ' ' + joined([small, smallUnit]) : '');
}

const clockFormat = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const secondsFormat = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });

export function clock(millis, withSeconds = false) {
    return (withSeconds ? secondsFormat : clockFormat).format(millis);
}

export function plural(number, noun) {
    return `${count(number)} ${noun}${number === 1 ? '' : 's'}`;
}
