const probe = document.createElement('i');
const known = new Map();

probe.hidden = true;
document.body.append(probe);
document.addEventListener('themechange', () => known.clear());

/** Returns what a custom property of the style sheet is as a colour in the present theme, for painting on a canvas. */
export function colour(name, opacity = 1) {
    const key = name + opacity;
    if (!known.has(key)) {
        probe.style.color = `color-mix(in srgb, var(${name}) ${opacity * 100}%, transparent)`;
        known.set(key, getComputedStyle(probe).color);
    }
    return known.get(key);
}
