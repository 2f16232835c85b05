// Decides a condition as forms/conditions.py does; both are tested with tests/forms/conditions.json.
// A comparable value is a string, a list of strings, or null when there is no answer.

const many = (value) => (Array.isArray(value) ? value : value ? [value] : []);
const text = (value) => value.trim().toLowerCase();
const NUMBER = /^-?\d+(\.\d+)?$/;

// Exact decimals: -1 when a < b, 0 when equal, 1 when a > b. JavaScript's own numbers would find 0.1 + 0.2 odd.
export function compareNumbers(a, b) {
  const scale = Math.max(...[a, b].map((number) => (number.split(".")[1] ?? "").length));
  const [x, y] = [a, b].map((number) => {
    const [whole, fraction = ""] = number.split(".");
    return BigInt(whole + fraction.padEnd(scale, "0"));
  });
  return x < y ? -1 : x > y ? 1 : 0;
}

const compareTexts = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

const orders = {
  greater: (order) => order > 0,
  after: (order) => order > 0,
  at_least: (order) => order >= 0,
  less: (order) => order < 0,
  before: (order) => order < 0,
  at_most: (order) => order <= 0,
};

function ruleHolds(rule, values) {
  const answers = many(values[rule.key] ?? null);
  if (rule.test === "filled") return answers.length > 0;
  if (rule.test === "empty") return answers.length === 0;
  const wanted = many(rule.value);
  if (!answers.length || !wanted.length) return false;
  const isNumber = rule.kind === "number";
  if (isNumber && ![...answers, ...wanted].every((value) => NUMBER.test(value))) return false;
  const compare = isNumber ? compareNumbers : (a, b) => compareTexts(text(a), text(b));
  const same = answers.some((answer) => wanted.some((value) => compare(answer, value) === 0));
  if (rule.test === "is" || rule.test === "one_of") return same;
  if (rule.test === "is_not") return !same;
  return orders[rule.test](compare(answers[0], wanted[0]));
}

export function holds(condition, values) {
  if (!condition || !condition.rules.length) return true;
  const decide = (rule) => (rule.rules ? holds(rule, values) : ruleHolds(rule, values));
  return condition.mode === "any" ? condition.rules.some(decide) : condition.rules.every(decide);
}

// How long a period is, by what it adds to the key (forms/fields/date_range.py); nothing when it is none.
export function lengthOf(first, last) {
  const [from, until] = [first, last].map((day) => {
    const moment = Date.parse(`${day}T00:00:00Z`);
    return new Date(moment || 0).toISOString().startsWith(day) ? moment : NaN; // 31 February is no day
  });
  const nights = Math.round((until - from) / 86_400_000);
  return nights >= 0 ? { ".dagen": String(nights + 1), ".nachten": String(nights) } : {};
}

// Which questions of a page apply, in order: what does not apply is worth nothing to those after it. ``worthOf`` gives what
// the answer to a question is worth, by key: the answer itself, and what can be counted of it.
export function follow(questions, values, worthOf) {
  const known = { ...values };
  const applies = new Set();
  for (const question of questions) {
    if (holds(question.group, known) && holds(question.when, known)) {
      applies.add(question.key);
      Object.assign(known, worthOf(question));
    } else {
      known[question.key] = null;
    }
  }
  return applies;
}
