"""terraform's share of the work: a `terraform_data` block a person, and a state that has none of them or all."""

import json
import shutil

from .measuring import Case, bare_environment, fail, run


def cases_of(people, folder):
    terraform = shutil.which("terraform") or fail("there is no `terraform` on PATH: see https://developer.hashicorp.com/terraform/install")
    env = bare_environment(folder) | {"CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1"}
    cases = []
    for plan, ends in (("all new", 2), ("no change", 0)):
        place = folder / plan.replace(" ", "-")
        place.mkdir(parents=True)
        with open(place / "main.tf", "w", encoding="utf-8") as file:
            file.writelines(block(person) for person in range(people))
        run([terraform, "init", "-input=false"], cwd=place, env=env)
        if plan == "no change":
            resources = [resource(person) for person in range(people)]
            state = {"version": 4, "serial": 1, "lineage": "compare", "outputs": {}, "resources": resources}
            state["terraform_version"] = version()
            (place / "terraform.tfstate").write_text(json.dumps(state, indent=2), encoding="utf-8")
        command = [terraform, "plan", "-input=false", "-detailed-exitcode"]
        cases.append(Case("terraform", plan, command, place, env, ends))
    return cases


def fields_of(person):
    return {
        "first_name": f"Given{person}", "last_name": f"Family{person}", "email": f"person{person}@example.com",
        "phone": f"+1217{5550100 + person % 100}", "unit": f"{person // 2:05d}", "group": f"group-{person % 200:03d}",
        "from": "2026-03-01T16:00:00Z", "to": "2027-02-28T22:00:00Z",
    }


def block(person):
    lines = "".join(f'    {key} = "{value}"\n' for key, value in fields_of(person).items())
    return f'resource "terraform_data" "person_{person:06d}" {{\n  input = {{\n{lines}  }}\n}}\n'


def resource(person):
    """The block as an apply leaves it in the state: an apply itself would take minutes."""
    fields = fields_of(person)
    value = {"value": fields, "type": ["object", dict.fromkeys(fields, "string")]}
    attributes = {"id": f"00000000-0000-0000-0000-{person:012d}", "input": value, "output": value, "triggers_replace": None}
    return {
        "mode": "managed", "type": "terraform_data", "name": f"person_{person:06d}",
        "provider": 'provider["terraform.io/builtin/terraform"]',
        "instances": [{"schema_version": 0, "attributes": attributes, "sensitive_attributes": []}],
    }


def version():
    return json.loads(run(["terraform", "version", "-json"]))["terraform_version"]
