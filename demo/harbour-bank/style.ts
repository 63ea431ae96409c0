/** A look of its own: a bank is not the state. */
export const style = `
:root { --sea: #12324a; --foam: #f3f7f6; --brass: #7a5510; --ink: #14212b; }
* { box-sizing: border-box; }
body { margin: 0; font: 1.125rem/1.5 Georgia, "Noto Naskh Arabic", "Times New Roman", serif; color: var(--ink); background: var(--foam); }
header { display: flex; flex-wrap: wrap; gap: 1rem; justify-content: space-between; align-items: center; padding: 1rem 1.5rem; background: var(--sea); }
header a, header span { color: #fff; }
.brand { font-size: 1.5rem; font-weight: bold; text-decoration: none; }
nav { display: flex; gap: 1rem; }
nav span { font-weight: bold; }
main { max-inline-size: 44rem; margin-inline: auto; padding: 2rem 1.5rem; }
h1 { font-size: 2rem; line-height: 1.2; }
.hero { padding-block: 2rem; }
.card { background: #fff; border: 1px solid #b9c6cc; border-radius: .75rem; padding: 1rem 1.5rem; margin-block: 1.5rem; }
.balance { font-size: 2.25rem; margin: 0 0 1rem; }
dl { display: grid; grid-template-columns: minmax(8rem, 1fr) 2fr; gap: .5rem 1rem; }
dt { color: #41525d; } dd { margin: 0; overflow-wrap: anywhere; }
button { font: inherit; padding: .75rem 1.5rem; border-radius: 2rem; border: 2px solid var(--sea); background: #fff; color: var(--sea); cursor: pointer; }
button.primary { background: var(--brass); border-color: var(--brass); color: #fff; }
:focus-visible { outline: 3px solid #14212b; outline-offset: 3px; box-shadow: 0 0 0 6px #ffd873; }
.quiet { color: #41525d; }
.notice { padding: 1rem; border-inline-start: .5rem solid; background: #fff; }
.good { border-color: #1d7a4b; } .warn { border-color: #8a5a00; } .bad { border-color: #b0261b; }
footer { text-align: center; color: #41525d; padding: 2rem; }
`
