import { bytes, clock, NONE, percent } from './format.js';
import { Listing } from './table.js';

const NODES_MILLIS = 5_000;
const CONTROL_MILLIS = 10_000;

/** The nodes of the cluster, as this one knows them. */
export function nodes(root) {
    return new Listing(root, {
        path: '/v1/nodes',
        millis: NODES_MILLIS,
        label: 'Nodes',
        columns: [
            ['node', 'text'], ['state', 'text'], ['role', 'text'], ['region', 'text'], ['leads groups', 'text'],
            ['holds groups', 'text'], ['CPU', 'number'], ['memory free', 'number'], ['heap', 'number'], ['disk free', 'number'],
            ['network in', 'number'], ['network out', 'number'], ['address', 'text'],
        ],
        empty: 'No node is known yet.',
        rowsOf: ({ nodes }) => nodes.map(node => ({
            key: node.name,
            state: node.state,
            cells: [
                node.name, node.state, node.role ?? NONE, node.region, list(node.leads), list(node.holds),
                percent(node.cpu?.load), of(node.memory?.available, node.memory?.total),
                of(node.memory?.heapUsed, node.memory?.heapMax), of(node.disk?.usable, node.disk?.total),
                rate(node.network?.receivedBytesPerSecond), rate(node.network?.sentBytesPerSecond), node.http,
            ],
        })),
    });
}

/** What the shard manager decided, also not to act. */
export function decisions(root) {
    return new Listing(root, {
        path: '/v1/decisions',
        millis: CONTROL_MILLIS,
        label: 'Decisions',
        columns: [
            ['at', 'text'], ['about', 'text'], ['action', 'text'], ['done', 'text'], ['gain, predicted', 'number'],
            ['gain, actual', 'number'], ['reason', 'text'],
        ],
        empty: 'The shard manager has decided nothing yet. It looks at the shards each minute unless the policy is manual.',
        rowsOf: ({ decisions }) => decisions.map(made => ({
            key: `${made.at} ${made.subject} ${made.action}`,
            state: made.carriedOut ? 'up' : '',
            cells: [
                clock(Date.parse(made.at), true), made.subject, made.action.toLowerCase(), made.carriedOut ? 'yes' : 'no',
                seconds(made.predictedGain), seconds(made.actualGain), made.reason,
            ],
            detail: JSON.stringify({
                at: made.at, inputs: made.inputs, alternatives: made.alternatives, cost: made.cost, benefit: made.benefit,
            }, null, 2),
        })),
    });
}

/** Splits, merges and moves, and how far each is. */
export function plans(root) {
    return new Listing(root, {
        path: '/v1/plans',
        millis: CONTROL_MILLIS,
        label: 'Plans',
        columns: [['plan', 'text'], ['log', 'text'], ['kind', 'text'], ['cause', 'text'], ['state', 'text'], ['moved', 'number'], ['last step', 'text']],
        empty: 'No shard was split, merged or moved.',
        rowsOf: ({ plans }) => plans.map(plan => ({
            key: String(plan.id),
            state: { DONE: 'up', FAILED: 'down', ROLLED_BACK: 'down' }[plan.state] ?? '',
            cells: [
                String(plan.id), plan.log, plan.kind.toLowerCase(), plan.cause.toLowerCase(),
                plan.state.toLowerCase().replaceAll('_', ' '), bytes(plan.bytesMoved), plan.steps.at(-1)?.note ?? NONE,
            ],
            detail: JSON.stringify(plan, null, 2),
        })),
    });
}

function list(numbers) {
    return numbers?.length ? numbers.join(', ') : NONE;
}

function of(part, whole) {
    // A node that has not looked at its machine yet tells nothing but zeros.
    return whole ? `${bytes(part)} of ${bytes(whole)}` : NONE;
}

function rate(value) {
    return value === undefined || value === null ? NONE : `${bytes(value)}/s`;
}

function seconds(value) {
    return typeof value === 'number' ? `${value.toFixed(1)} s` : NONE;
}
