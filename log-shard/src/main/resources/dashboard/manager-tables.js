/*
 * Tables of the shard manager: hot keys, plans, what is announced, decisions. Rows are made anew; there are few, and
 * rarely.
 */
import { h } from './dom.js';
import { bytes } from './format.js';

const PLANS_MAX = 100;
const DECISIONS_MAX = 200;
const timeFormat = new Intl.DateTimeFormat('en-GB', { dateStyle: 'short', timeStyle: 'medium' });

function time(text) {
    return timeFormat.format(new Date(text));
}

function number(value, digits = 1) {
    return value === null || value === undefined ? '–' : value.toFixed(digits);
}

function fill(table, heads, rows, none) {
    table.replaceChildren(
        h('thead', {}, h('tr', {}, ...heads.map(head => h('th', { scope: 'col' }, head)))),
        h('tbody', {}, ...(rows.length > 0 ? rows : [h('tr', {}, h('td', { colSpan: heads.length }, none))])));
}

function subject(plan) {
    const children = plan.children.map(child => child.shard).join(', ');
    const to = children !== '' ? ` → ${children}` : plan.target !== undefined ? ` → ${plan.target}` : '';
    return `${plan.log}:${plan.shards.join('+')}${to}${plan.key === undefined ? '' : ` key ${plan.key}`}`;
}

function steps(plan) {
    return plan.steps.map(step => `${time(step.at)} ${step.state} ${step.note}`).join('\n');
}

function checks(plan) {
    const failed = plan.checks.filter(check => !check.passed);
    const title = plan.checks.map(check => `${check.name}: ${check.detail}`).join('\n');
    return h('span', { title, class: failed.length > 0 ? 'failed' : 'passed' },
        failed.length > 0 ? failed.map(check => check.name).join(', ') : `${plan.checks.length} passed`);
}

export function hotKeys(table, list) {
    fill(table, ['Key', 'Shard', 'Reads', 'Answered by'],
        list.map(each => h('tr', {},
            h('td', {}, each.key ?? `${each.keyBase64} (Base64)`),
            h('td', {}, String(each.shard)),
            h('td', { class: 'number' }, each.reads.toLocaleString('en-GB')),
            h('td', {}, each.spread === undefined ? 'its leader' : `${each.spread.nodes.join(', ')} (plan ${each.spread.plan})`))),
        'No key of this log was read lately.');
}

/** @param act what a button does: (path of the call, what it is) */
export function plans(table, list, act) {
    const button = (plan, name, label) => h('button', {
        type: 'button', onclick: () => act(`/v1/plans/${plan.id}/${name}`, `${label} plan ${plan.id}`),
    }, label);
    fill(table, ['Plan', 'What', 'Why', 'State', 'Progress', 'Copied', 'Pause', 'Checks', ''],
        list.slice(0, PLANS_MAX).map(plan => h('tr', {},
            h('td', {}, `${plan.id} · ${time(plan.steps[0].at)}`),
            h('td', {}, `${plan.kind.toLowerCase()} ${subject(plan)}`),
            h('td', {}, plan.forecast === '' ? plan.cause.toLowerCase().replace('_', ' ') : plan.forecast),
            h('td', { title: steps(plan) }, plan.state),
            h('td', {}, h('progress', { max: 1, value: plan.progress, 'aria-label': `Progress of plan ${plan.id}` })),
            h('td', { class: 'number' }, bytes(plan.bytesMoved)),
            h('td', { class: 'number' }, plan.pauseMillis === undefined ? '–' : `${number(plan.pauseMillis)} ms`),
            h('td', {}, checks(plan)),
            h('td', {},
                ...(plan.cancellable ? [button(plan, 'cancel', 'Cancel')] : []),
                ...(plan.rollbackable ? [button(plan, 'rollback', 'Roll back')] : [])))),
        'No plan was made yet.');
}

export function descriptors(table, list) {
    fill(table, ['What', 'Shard', 'At', 'Target', 'When', 'Confidence', 'State'],
        list.map(each => h('tr', {},
            h('td', {}, each.kind.toLowerCase()),
            h('td', {}, `${each.log}:${each.parent}`),
            h('td', {}, each.kind === 'SPLIT' ? each.at : '–'),
            h('td', {}, each.node),
            h('td', {}, time(each.when)),
            h('td', { class: 'number' }, `${number(100 * (each.confidence ?? 0), 0)} %`),
            h('td', {}, each.state.toLowerCase()))),
        'Nothing is foreseen that would ask for a split or a move.');
}

export function decisions(table, list, withNone) {
    const shown = list.filter(decision => withNone || decision.action !== 'none');
    fill(table, ['When', 'About', 'Decision', 'Reason', 'Else', 'Cost', 'Gain expected', 'Gained'],
        shown.slice(0, DECISIONS_MAX).map(decision => h('tr', {},
            h('td', {}, time(decision.at)),
            h('td', {}, decision.subject),
            h('td', {}, decision.action + (decision.action === 'none' || decision.carriedOut ? '' : ' (not carried out)')),
            h('td', {}, decision.reason),
            h('td', {}, decision.alternatives.join('; ')),
            h('td', { class: 'number' }, `${number(decision.cost.disruptionSeconds)} s, ${bytes(decision.cost.bytes)}`),
            h('td', { class: 'number' }, `${number(decision.predictedGain, 0)} s`),
            h('td', { class: 'number' }, decision.actualGain === null ? '–' : `${number(decision.actualGain, 0)} s`))),
        'Nothing was decided yet.');
}
