// A classic script, run before the first paint, so that the page never flashes in the other theme.
(() => {
    const key = 'forelog.theme';
    const root = document.documentElement;

    function apply(theme) {
        if (theme === 'auto') {
            delete root.dataset.theme;
        } else {
            root.dataset.theme = theme;
        }
        document.dispatchEvent(new Event('themechange'));
    }

    const chosen = localStorage.getItem(key) ?? 'auto';
    apply(chosen);
    matchMedia('(prefers-color-scheme: dark)')
        .addEventListener('change', () => document.dispatchEvent(new Event('themechange')));
    document.addEventListener('DOMContentLoaded', () => {
        const choices = document.querySelectorAll('#theme input');
        choices.forEach(choice => {
            choice.checked = choice.value === chosen;
            choice.addEventListener('change', () => {
                localStorage.setItem(key, choice.value);
                apply(choice.value);
            });
        });
    });
})();
