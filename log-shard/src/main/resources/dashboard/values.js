const SHOWN_BYTES_MAX = 64 * 1024;
const HEX_COLUMNS = 16;

export const FORMS = ['json', 'text', 'hex'];

/** Returns the form that suits these bytes best. */
export function suiting(bytes) {
    if (parsed(bytes) !== undefined) {
        return 'json';
    }
    try {
        new TextDecoder('utf-8', { fatal: true }).decode(bytes);
        return 'text';
    } catch {
        return 'hex';
    }
}

/** Returns bytes as a person reads them, at most so many, with a last line that says what is left out. */
export function shown(bytes, form) {
    const part = bytes.subarray(0, SHOWN_BYTES_MAX);
    const left = bytes.length - part.length;
    const end = left > 0 ? `\n… ${left.toLocaleString('en')} bytes more` : '';
    if (form === 'hex') {
        return hex(part) + end;
    }
    const json = form === 'json' ? parsed(bytes) : undefined;
    return json === undefined
        ? new TextDecoder().decode(part) + end
        : cut(JSON.stringify(json, null, 2));
}

function cut(text) {
    return text.length > SHOWN_BYTES_MAX ? `${text.slice(0, SHOWN_BYTES_MAX)}\n…` : text;
}

function parsed(bytes) {
    try {
        return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    } catch {
        return undefined;
    }
}

function hex(bytes) {
    const lines = [];
    for (let at = 0; at < bytes.length; at += HEX_COLUMNS) {
        const row = [...bytes.subarray(at, at + HEX_COLUMNS)];
        const digits = row.map(byte => byte.toString(16).padStart(2, '0')).join(' ').padEnd(HEX_COLUMNS * 3 - 1);
        const letters = row.map(byte => byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.').join('');
        lines.push(`${at.toString(16).padStart(8, '0')}  ${digits}  ${letters}`);
    }
    return lines.join('\n');
}
