/*
 * The page of the shard manager: what it saw, foresees, decided and does, and what may be done by hand. It asks the API
 * every few seconds while it is seen. Plans are begun, cancelled and rolled back with the caller's own permissions.
 */
import { announce, attribute, h, text } from './dom.js';
import { forecast, heatMap, lineage } from './manager-charts.js';
import { bytes } from './format.js';
import { decisions, descriptors, hotKeys, plans } from './manager-tables.js';

const EVERY_MILLIS = 3_000;
const HOT_KEYS_SHOWN = 10;
const ARGUMENTS = {
    split: { name: 'At (hash, optional)', member: 'at' },
    merge: { name: 'With shard', member: 'with' },
    move: { name: 'To node', member: 'to' },
    archive: null,
    pin: { name: 'Key', member: 'key' },
};
const byId = id => document.getElementById(id);
const form = byId('plan-form');

async function ask(path, options = {}) {
    const answer = await fetch(path, { headers: { 'Accept': 'application/json', ...options.headers }, ...options });
    const document = answer.status === 204 ? {} : await answer.json();
    if (!answer.ok) {
        throw new Error([document.title ?? `Status ${answer.status}`, document.detail].filter(Boolean).join(': '));
    }
    return document;
}

function options(select, values) {
    const known = [...select.options].map(option => option.value);
    if (known.join() !== values.join()) {
        const chosen = select.value;
        select.replaceChildren(...values.map(value => h('option', { value }, value)));
        select.value = values.includes(chosen) ? chosen : values[0] ?? '';
    }
}

function connection(state, shown) {
    attribute(byId('connection'), 'data-state', state);
    text(byId('connection'), shown);
}

function failed(failure) {
    connection('lost', 'Not up to date');
    byId('banner').hidden = false;
    text(byId('banner-text'), failure.message);
}

async function refresh() {
    const { logs } = await ask('/v1/logs');
    options(byId('log'), logs.map(log => log.name));
    const log = byId('log').value;
    const all = await ask('/v1/plans');
    plans(byId('plan-table'), all.plans, act);
    const pause = all.cutoverPause;
    text(byId('pauses'), pause.count === 0
        ? 'No cutover was measured yet.'
        : `Appends waited at ${pause.count} cutovers: half of them at most ${pause.p50Millis.toFixed(1)} ms, 99 % at most `
            + `${pause.p99Millis.toFixed(1)} ms.`);
    const policy = await ask('/v1/policy');
    text(byId('node'), `policy ${policy.mode}`);
    descriptors(byId('descriptor-table'), (await ask('/v1/descriptors')).descriptors);
    decisions(byId('decision-table'), (await ask('/v1/decisions')).decisions, byId('with-none').checked);
    if (log !== '') {
        await refreshLog(log, all.plans.filter(plan => plan.log === log));
    }
}

async function refreshLog(log, plansOfLog) {
    const name = encodeURIComponent(log);
    const { shards } = await ask(`/v1/logs/${name}/shards`);
    const open = shards.filter(shard => shard.state === 'OPEN').map(shard => String(shard.shard));
    options(byId('shard'), open);
    byId('lineage').replaceChildren(lineage(shards, plansOfLog));
    const { heat } = await ask(`/v1/heat?log=${name}`);
    byId('heat-map').replaceChildren(heatMap(heat));
    const { keys } = await ask(`/v1/analytics/hot-keys?log=${name}&limit=${HOT_KEYS_SHOWN}`);
    hotKeys(byId('hot-key-table'), keys);
    const shard = byId('shard').value;
    if (shard !== '') {
        const [known] = (await ask(`/v1/forecasts?log=${name}&shard=${shard}`)).forecasts;
        byId('forecast-chart').replaceChildren(forecast(known));
        const error = known.backtest.rootMeanSquareError;
        text(byId('forecast-text'), `Shard ${shard}: the load that was, and what ${known.model} expects, with the band that holds `
            + `${Math.round(100 * known.interval)} %.` + (error === null ? '' : ` Lately it was wrong by ${error.toFixed(1)}/s.`));
    }
}

async function act(path, what) {
    try {
        await ask(path, { method: 'POST' });
        announce(`${what}: done`);
        await refresh();
    } catch (failure) {
        failed(failure);
    }
}

function asked() {
    const { kind, shard, argument } = form.elements;
    const of = ARGUMENTS[kind.value];
    const value = argument.value.trim();
    const body = of === null || value === '' ? {} : { [of.member]: of.member === 'with' ? Number(value) : value };
    return { path: `/v1/logs/${encodeURIComponent(byId('log').value)}/shards/${shard.value}/${kind.value}`, body };
}

function post(path, body) {
    return ask(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
}

function show(plan) {
    const benefit = plan.benefit;
    byId('dry-run').replaceChildren(
        h('p', {}, `${plan.kind.toLowerCase()} of ${plan.log}:${plan.shards.join('+')}`
            + `${plan.at === undefined ? '' : ` at ${plan.at}`}: copies ${bytes(plan.cost.bytes)} in ${plan.cost.copySeconds.toFixed(1)} s, `
            + `stops appends for ${plan.cost.pauseMillis.toFixed(0)} ms or less; avoids ${(benefit.violationSecondsAvoided ?? 0).toFixed(0)} s `
            + `above the limit, leaves ${(100 * (benefit.headroom ?? 0)).toFixed(0)} % of it free. ${plan.forecast}`));
}

async function dryRun(event) {
    event.preventDefault();
    byId('begin').disabled = true;
    const { path, body } = asked();
    try {
        show(await post(`${path}?dryRun=true`, body));
        byId('begin').disabled = false;
    } catch (failure) {
        byId('dry-run').replaceChildren(h('p', { class: 'failed' }, failure.message));
    }
}

async function begin() {
    const { path, body } = asked();
    byId('begin').disabled = true;
    try {
        const plan = await post(path, body);
        byId('dry-run').replaceChildren(h('p', {}, `Plan ${plan.id} was begun.`));
        await refresh();
    } catch (failure) {
        byId('dry-run').replaceChildren(h('p', { class: 'failed' }, failure.message));
    }
}

function argumentChanged() {
    const of = ARGUMENTS[form.elements.kind.value];
    byId('argument-label').hidden = of === null;
    text(byId('argument-name'), of === null ? '' : of.name);
    byId('begin').disabled = true;
}

async function tick() {
    if (!document.hidden) {
        try {
            await refresh();
            byId('banner').hidden = true;
            connection('live', 'Live');
        } catch (failure) {
            failed(failure);
        }
    }
    setTimeout(tick, EVERY_MILLIS);
}

form.addEventListener('submit', dryRun);
form.addEventListener('input', argumentChanged);
byId('begin').addEventListener('click', begin);
byId('log').addEventListener('change', () => refresh().catch(failed));
byId('shard').addEventListener('change', () => refresh().catch(failed));
byId('with-none').addEventListener('change', () => refresh().catch(failed));
argumentChanged();
tick();
