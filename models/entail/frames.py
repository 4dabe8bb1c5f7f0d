"""Facts of the news, each told in several ways, against its opposite and beside what is not said.

A frame has two sides that cannot both be true, each in several wordings, and sentences that neither says. Two wordings
of the first side support each other; wordings of two sides contradict each other. Letters in braces are filled alike.
"""

import re

# fmt: off
COMPANIES = (
    "Arden Foods", "Bellweather", "Corvane Motors", "Delmarra Bank", "Estrin Group", "Fairlight Energy", "Gorse & Hale",
    "Halden Steel", "Ironvale", "Jessop Air", "Kestowe", "Lumen Retail", "Marquand", "Norvic Pharma", "Ostrava Glass",
    "Pellworth", "Quillon Media", "Ravensby Rail", "Sunder Telecom", "Tarrant Water", "Ulmer Logistics", "Vantis",
    "Wexcombe", "Yarrow Insurance",
)
PEOPLE = (
    "Alan Whitby", "Beatriz Moreno", "Carl Engstrom", "Dana Whitlock", "Elif Demir", "Frank Osei", "Grace Mbeki",
    "Hiro Tanabe", "Irina Volkova", "James Calder", "Karen Duffy", "Luis Ortega", "Maya Rao", "Nils Berger",
    "Oonagh Daly", "Peter Nowak", "Rachel Stein", "Samir Haddad", "Teresa Lund", "Victor Amadi", "Wendy Cho",
    "Youssef Karam",
)
PLACES = (
    "Aldbury", "Brescott", "Carnforth", "Dunmore", "Eastleigh", "Fulton", "Garrick Bay", "Hadleigh", "Ilverton",
    "Kirkham",
    "Langport", "Millbrook", "Northgate", "Oakdale", "Penrose", "Redcliffe", "Stanmore", "Thornbury", "Wickford",
)
TEAMS = (
    "Ashford Town", "Burnside", "Calderdale", "Dockside United", "Elmwood", "Forest Vale", "Grantham City", "Hillcrest",
    "Lakeside Rovers", "Moorfield", "Northside", "Oldham Park", "Queensbury", "Riverton", "Saltash", "Westgate",
)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")

# {C} {D} companies, {P} {Q} people, {L} a place, {S} {T} teams, {N} a large number, {K} a small one, {Y} a day, {M} a month.
FRAMES = [
    {   # profit and loss
        "one": ["{C} made a loss of ${K} million last year.", "{C} lost ${K} million over the past year.",
                "{C} ended the year ${K} million in the red.", "The year closed with a ${K} million deficit at {C}.",
                "{C} failed to make money last year."],
        "other": ["{C} made a profit of ${K} million last year.", "{C} earned ${K} million over the past year.",
                  "{C} ended the year ${K} million in the black.", "{C} was profitable last year.",
                  "The year brought {C} a surplus of ${K} million."],
        "neither": ["{C} will pay its staff a bonus.", "The chairman of {C} has offered his resignation."],
    },
    {   # talks
        "one": ["Talks between {C} and the union collapsed on {Y}.",
        "Negotiations between the union and {C} broke down on {Y}.",
                "{C} and the union failed to reach an agreement.", "No deal was struck between {C} and the union.",
                "The union and {C} remain at loggerheads after their talks ended without result."],
        "other": ["{C} and the union reached an agreement on {Y}.",
        "A deal was struck between {C} and the union on {Y}.",
                  "The talks between {C} and the union were a success.",
                  "The union and {C} have settled their dispute.",
                  "There was a breakthrough in the negotiations between {C} and the union."],
        "neither": ["The union demands a rise of {K} per cent.", "{C} threatened to close its plant in {L}."],
    },
    {   # result of a match
        "one": ["{S} beat {T} by two goals on {Y}.", "{T} lost to {S} on {Y}.", "{T} were defeated by {S}.",
                "{S} won against {T}.", "There was a victory for {S} over {T}.",
                "{T} suffered a two-goal defeat at the hands of {S}."],
        "other": ["{T} beat {S} by two goals on {Y}.", "{S} lost to {T} on {Y}.", "{S} were defeated by {T}.",
                  "{T} won against {S}.", "The match between {S} and {T} ended in a draw.",
                  "{S} suffered defeat at the hands of {T}."],
        "neither": ["The captain of {S} was sent off.", "It was the last match for the coach of {T}."],
    },
    {   # takeover
        "one": ["{C} bought {D} for ${K} million.", "{D} was acquired by {C} for ${K} million.",
        "{C} has taken over {D}.",
                "{D} now belongs to {C}.", "{C} paid ${K} million for {D}.",
                "The purchase of {D} cost {C} ${K} million."],
        "other": ["{D} bought {C} for ${K} million.", "{C} was acquired by {D}.", "{D} has taken over {C}.",
                  "{C} decided against buying {D}.", "{C} sold {D} for ${K} million.",
                  "{D} turned down the bid from {C}."],
        "neither": ["{C} will move its headquarters to {L}.", "Several managers of {D} are to lose their jobs."],
    },
    {   # a verdict
        "one": ["{P} was found guilty of fraud on {Y}.", "A court convicted {P} of fraud.",
        "The jury returned a guilty verdict against {P}.",
                "{P} was convicted of defrauding investors.", "Judges held that {P} had committed fraud."],
        "other": ["{P} was cleared of fraud on {Y}.", "A court acquitted {P} of fraud.",
        "The jury found {P} not guilty.",
                  "{P} walked free after the fraud charges were thrown out.",
                  "Judges held that {P} had not committed fraud."],
        "neither": ["{P} has three children.", "The lawyer of {P} will write a book about the trial."],
    },
    {   # a plan, not yet done
        "one": ["{C} plans to open a factory in {L}.", "{C} intends to build a plant in {L}.",
        "A factory is to be opened in {L} by {C}.",
                "{C} has plans for a new plant in {L}.", "There are plans by {C} for a factory in {L}."],
        "other": ["{C} has opened a factory in {L}.", "The new plant of {C} in {L} is already at work.",
        "{C} has dropped its plan for a factory in {L}.",
                  "The factory that {C} built in {L} opened last year.", "{C} will not build a plant in {L}."],
        "neither": ["The factory will be powered by the sun.",
        "{L} had competed with three other towns for the plant of {C}."],
    },
    {   # a condition
        "one": ["{C} will cut {K} jobs if the strike goes on.", "If the strike continues, {K} posts will go at {C}.",
                "{C} has threatened to shed {K} jobs should the strike last.",
                "An end of the strike would save {K} jobs at {C}.",
                "{K} jobs at {C} hang on whether the strike goes on."],
        "other": ["{C} has cut {K} jobs.", "{K} people have lost their jobs at {C} because of the strike.",
                  "{C} will keep all its staff whatever happens with the strike.",
                  "The {K} job losses at {C} have nothing to do with the strike.",
                  "{C} ruled out any job cuts."],
        "neither": ["The strike at {C} began in {M}.", "{C} has hired a new head of personnel."],
    },
    {   # vote on a law
        "one": ["Parliament passed the bill on {Y} with {N} votes.", "The bill was approved by parliament on {Y}.",
        "Lawmakers backed the bill.",
                "The law got through parliament.", "A majority in parliament voted in favour of the bill."],
        "other": ["Parliament rejected the bill on {Y}.", "The bill was voted down on {Y}.",
        "Lawmakers threw out the bill.",
                  "The bill failed in parliament.", "Parliament has yet to vote on the bill."],
        "neither": ["The bill was drafted by {P}.", "Protesters gathered in front of parliament."],
    },
    {   # who said it
        "one": ["{P} accused {Q} of lying.", "{Q} was accused by {P} of telling lies.", "{P} said that {Q} had lied.",
                "{Q} is a liar, according to {P}.", "An accusation of lying was levelled at {Q} by {P}."],
        "other": ["{Q} accused {P} of lying.", "{P} was accused by {Q} of telling lies.", "{Q} said that {P} had lied.",
                  "{P} defended {Q} against the charge of lying.", "{P} is a liar, according to {Q}."],
        "neither": ["{P} and {Q} have known each other since school.", "{P} wants to run for mayor of {L}."],
    },
    {   # resignation
        "one": ["{P} resigned as head of {C} on {Y}.", "{P} stepped down from the top of {C}.",
        "{C} has lost its chief, {P}, who resigned.",
                "The head of {C}, {P}, handed in a resignation on {Y}.", "{P} no longer runs {C}."],
        "other": ["{P} will stay on as head of {C}.", "{P} refused to resign as head of {C}.",
        "{P} remains in charge of {C}.",
                  "{C} sacked {P} on {Y}.", "Calls for {P} to leave {C} went unheeded."],
        "neither": ["{P} joined {C} as a trainee.", "Shareholders of {C} meet in {M}."],
    },
    {   # up and down
        "one": ["Sales at {C} rose by {K} per cent in {M}.", "In {M}, sales at {C} were up {K} percent.",
        "{C} sold {K} per cent more in {M}.",
                "{C} saw its sales grow in {M}.", "There was an increase in the sales of {C} in {M}."],
        "other": ["Sales at {C} fell by {K} per cent in {M}.", "In {M}, sales at {C} were down {K} percent.",
        "{C} sold {K} per cent less in {M}.",
                  "{C} saw its sales shrink in {M}.", "Sales at {C} did not change in {M}.",
                  "There was a drop in the sales of {C} in {M}."],
        "neither": ["{C} closed its shop in {L}.", "{C} expects a better {M} next year."],
    },
    {   # open and shut
        "one": ["The bridge at {L} reopened on {Y}.", "Traffic is flowing again across the bridge at {L}.",
        "The closure of the bridge at {L} ended on {Y}.",
                "The bridge at {L} is open again.", "Drivers can use the bridge at {L} once more."],
        "other": ["The bridge at {L} remains closed.", "The bridge at {L} was shut on {Y}.",
        "No traffic can cross the bridge at {L}.",
                  "The bridge at {L} has not been reopened.", "Drivers are still barred from the bridge at {L}."],
        "neither": ["The bridge at {L} was built a century ago.", "Repairs to the bridge at {L} cost ${K} million."],
    },
    {   # late and early
        "one": ["The new line to {L} will open later than planned.",
        "The opening of the line to {L} has been delayed.", "The line to {L} is behind schedule.",
                "The opening of the line to {L} was put off.",
                "Passengers must wait longer than expected for the line to {L}."],
        "other": ["The new line to {L} will open earlier than planned.",
        "The opening of the line to {L} has been brought forward.", "The line to {L} is ahead of schedule.",
                  "The line to {L} is on time.", "The line to {L} opened on the day that had been planned."],
        "neither": ["The line to {L} will have {K} stations.", "Fares on the line to {L} are to rise."],
    },
    {   # nobody hurt
        "one": ["Nobody was hurt when the roof fell in at {L}.",
        "The collapse of the roof at {L} caused no injuries.",
        "Everybody escaped unharmed when the roof collapsed at {L}.",
                "There were no injuries in the collapse at {L}.", "The roof at {L} came down without injuring anyone."],
        "other": ["{K} people were hurt when the roof fell in at {L}.",
        "The collapse of the roof at {L} left several people injured.", "The roof collapse at {L} claimed lives.",
                  "Several people were taken to hospital after the roof collapsed at {L}."],
        "neither": ["The roof at {L} had been inspected in {M}.", "The owner of the building at {L} faces a fine."],
    },
    {   # more than
        "one": ["{S} have more supporters than {T}.", "{T} have fewer supporters than {S}.",
        "The following of {S} is larger than that of {T}.",
                "{T} cannot match the number of supporters of {S}."],
        "other": ["{T} have more supporters than {S}.", "{S} have fewer supporters than {T}.",
        "The following of {S} is smaller than that of {T}.",
                  "{S} and {T} have the same number of supporters."],
        "neither": ["{S} will build a new stand.", "{T} raised their ticket prices."],
    },
    {   # all and some
        "one": ["Some of the {N} homes in {L} have no power.", "Part of {L} is without electricity.",
        "A number of households in {L} are cut off from power.",
                "Not all homes in {L} have electricity."],
        "other": ["All {N} homes in {L} are without power.", "Every household in {L} has electricity.",
        "No home in {L} has power.",
                  "The whole of {L} is without electricity.", "Nobody in {L} is affected by the power cut."],
        "neither": ["The power station near {L} is to be closed.", "Electricity in {L} is dearer than elsewhere."],
    },
    {   # majority and minority
        "one": ["Most people in {L} support the plan.", "The plan has the backing of a majority in {L}.",
        "More than half of the people of {L} are for the plan.",
                "Only a minority in {L} opposes the plan."],
        "other": ["Most people in {L} oppose the plan.", "The plan is backed only by a minority in {L}.",
        "Fewer than half of the people of {L} are for the plan.",
                  "Nobody in {L} supports the plan.", "The whole of {L} supports the plan."],
        "neither": ["The plan will cost ${K} million.", "{P} came to {L} to explain the plan."],
    },
    {   # confirm and deny
        "one": ["{P} denied taking money from {C}.", "{P} said that no money had been taken from {C}.",
        "{P} rejected the claim of having been paid by {C}.",
                "According to {P}, there were no payments from {C}.", "There was a denial from {P} that {C} had paid."],
        "other": ["{P} admitted taking money from {C}.", "{P} confirmed having been paid by {C}.",
        "{P} conceded that there had been payments from {C}.",
                  "{P} said that {C} had paid.", "There was a confession from {P} of having taken money from {C}."],
        "neither": ["{P} has been a friend of the owner of {C} for years.", "{C} works for the government."],
    },
    {   # allegation
        "one": ["Police suspect {P} of starting the fire in {L}.", "{P} is alleged to have started the fire in {L}.",
        "{P} is under suspicion of having lit the fire in {L}.",
                "Suspicion over the fire in {L} has fallen on {P}."],
        "other": ["The fire in {L} was proven to be an accident.",
        "Police have ruled out {P} as a suspect in the fire in {L}.",
        "Nobody is suspected of starting the fire in {L}.",
                  "Police do not believe that {P} started the fire in {L}."],
        "neither": ["{P} was convicted of starting the fire in {L}.",
        "It is certain that {P} started the fire in {L}.", "{P} confessed to the fire in {L}."],
    },
    {   # cause known
        "one": ["The crash near {L} was caused by ice on the road.", "Ice on the road led to the crash near {L}.",
        "The crash near {L} happened because the road was icy.",
                "It was an icy road that caused the crash near {L}.",
                "The reason for the crash near {L} was ice on the road."],
        "other": ["The crash near {L} had nothing to do with the ice on the road.",
        "The road was dry when the crash happened near {L}.", "The crash near {L} was caused by a drunk driver.",
                  "The cause of the crash near {L} is a mystery."],
        "neither": ["The driver in the crash near {L} is in hospital.", "The road near {L} will be widened."],
    },
    {   # two things, no cause
        "one": ["{P} left {C} in {M}. The shares of {C} fell in {M}.",
        "In {M} the shares of {C} fell, and {P} left the firm.",
                "{C} saw its shares drop and {P} go in {M}."],
        "other": ["{P} stayed at {C}, and its shares rose in {M}.", "The shares of {C} went up in {M}.",
        "{P} did not leave {C}."],
        "neither": ["The shares of {C} fell because {P} left.", "{P} left {C} because the shares fell.",
        "The departure of {P} caused the shares of {C} to fall.",
                    "The shares of {C} dropped as a result of {P} leaving."],
    },
    {   # before and after
        "one": ["{P} met {Q} before flying to {L}.", "{P} flew to {L} after a meeting with {Q}.",
        "First {P} met {Q}, then came the flight to {L}.",
                "The meeting of {P} and {Q} came before the flight to {L}."],
        "other": ["{P} met {Q} after flying to {L}.", "{P} flew to {L} before meeting {Q}.",
        "{P} met {Q} only on returning from {L}.",
                  "{P} flew to {L} without having met {Q}."],
        "neither": ["{P} and {Q} talked about trade.", "{Q} will visit {L} in {M}."],
    },
    {   # first or not
        "one": ["It was the first strike at {C} in {K} years.", "{C} had not seen a strike for {K} years.",
        "The last strike at {C} was {K} years ago.",
                "For {K} years there had been no strike at {C}."],
        "other": ["There had been a strike at {C} only last year.", "Strikes are frequent at {C}.",
        "It was the first strike ever at {C}.",
                  "{C} has been on strike every year."],
        "neither": ["The strike at {C} will last {K} days.", "{P} leads the strike at {C}."],
    },
    {   # nearly
        "one": ["{S} narrowly avoided relegation.", "{S} only just stayed up.",
        "{S} escaped relegation by a whisker.", "{S} came close to relegation but were spared."],
        "other": ["{S} were relegated.", "{S} went down.", "{S} did not escape relegation.",
        "{S} were never in danger of relegation."],
        "neither": ["{S} will have a new coach.", "{S} sold their best striker."],
    },
    {   # refuse
        "one": ["{P} declined to comment on the report about {C}.", "{P} would not speak about the report on {C}.",
        "{P} refused to say anything on the report about {C}.",
                "There was no comment from {P} on the report about {C}."],
        "other": ["{P} commented at length on the report about {C}.", "{P} called the report about {C} nonsense.",
        "{P} welcomed the report about {C}.",
                  "{P} spoke about the report on {C}."],
        "neither": ["The report about {C} has {N} pages.", "{C} paid for the report."],
    },
    {   # praise and criticism
        "one": ["{P} criticised the decision of {C}.", "The decision of {C} was criticised by {P}.",
        "{P} voiced criticism of what {C} had decided.",
                "{P} is unhappy with the decision of {C}.", "{P} attacked {C} over its decision."],
        "other": ["{P} praised the decision of {C}.", "The decision of {C} was welcomed by {P}.",
        "{P} had nothing but praise for what {C} had decided.",
                  "{P} is pleased with the decision of {C}."],
        "neither": ["{P} used to work for {C}.", "{C} took its decision in {M}."],
    },
    {   # death and survival
        "one": ["{P} died after a fall in {L}.", "A fall in {L} cost {P} their life.",
        "{P} was killed in a fall in {L}.", "{P} did not survive a fall in {L}.",
                "The fall in {L} was fatal for {P}."],
        "other": ["{P} survived a fall in {L}.", "{P} escaped death in a fall in {L}.",
        "{P} was unhurt after a fall in {L}.", "{P} is recovering from a fall in {L}."],
        "neither": ["{P} had moved to {L} in {M}.", "{P} was working as a roofer."],
    },
    {   # arrest
        "one": ["{P} was arrested in {L} on {Y}.", "Police in {L} arrested {P} on {Y}.",
        "{P} was taken into custody in {L}.", "The arrest of {P} took place in {L} on {Y}.",
                "Officers detained {P} in {L}."],
        "other": ["{P} is still at large.", "Police in {L} released {P} on {Y}.", "{P} was never arrested.",
        "Police have been unable to find {P}."],
        "neither": ["{P} was sentenced to {K} years in prison.", "{P} denies all charges."],
    },
    {   # price
        "one": ["Bread has become dearer in {L}.", "The price of bread in {L} has gone up.",
        "People in {L} pay more for bread than before.", "Bread costs more in {L} now."],
        "other": ["Bread has become cheaper in {L}.", "The price of bread in {L} has gone down.",
        "People in {L} pay less for bread than before.", "Bread costs as much as ever in {L}."],
        "neither": ["{L} has {K} bakeries.", "Wages in {L} are to rise."],
    },
    {   # lead and trail
        "one": ["{P} is ahead of {Q} in the polls.", "{Q} trails {P} in the polls.",
        "The polls put {P} in front of {Q}.", "{Q} is behind {P} in the polls.",
                "If the polls are right, {P} leads {Q}."],
        "other": ["{Q} is ahead of {P} in the polls.", "{P} trails {Q} in the polls.",
        "The polls put {Q} in front of {P}.", "{P} and {Q} are level in the polls."],
        "neither": ["{P} won the election against {Q}.", "{P} and {Q} will debate on {Y}."],
    },
    {   # start and stop
        "one": ["{C} has stopped making tractors.", "{C} no longer makes tractors.",
        "{C} gave up the production of tractors.", "Tractors are not made by {C} any more."],
        "other": ["{C} has started making tractors.", "{C} continues to make tractors.",
        "{C} took up the production of tractors.", "{C} has never made tractors."],
        "neither": ["{C} will sell its tractor plant in {L}.", "The tractors of {C} were popular with farmers."],
    },
    {   # enough
        "one": ["{L} is short of teachers.", "There are too few teachers in {L}.",
        "{L} does not have enough teachers.", "A lack of teachers troubles {L}."],
        "other": ["{L} has enough teachers.", "There are plenty of teachers in {L}.",
        "There is no shortage of teachers in {L}.", "{L} has more teachers than it needs."],
        "neither": ["Teachers in {L} earn little.", "{L} will build a new school."],
    },
    {   # hire and dismiss
        "one": ["{C} hired {K} people in {M}.", "{K} people were taken on by {C} in {M}.",
        "{C} added {K} workers in {M}.", "The staff of {C} grew by {K} in {M}."],
        "other": ["{C} laid off {K} people in {M}.", "{K} people were dismissed by {C} in {M}.",
        "{C} shed {K} workers in {M}.", "The staff of {C} shrank by {K} in {M}."],
        "neither": ["{C} pays better than its rivals.", "{P} works for {C}."],
    },
    {   # possible, certain
        "one": ["{C} may close its plant in {L}.", "It is possible that {C} will shut its plant in {L}.",
        "{C} is considering the closure of its plant in {L}.",
                "The closure of the plant in {L} is being weighed by {C}."],
        "other": ["{C} has ruled out the closure of its plant in {L}.", "The plant of {C} in {L} is safe.",
        "{C} has closed its plant in {L}."],
        "neither": ["{C} will close its plant in {L}.", "It is certain that {C} will shut its plant in {L}.",
        "{C} has decided to close its plant in {L}."],
    },
    {   # agreement to pay
        "one": ["{C} owes {D} ${K} million.", "{D} is owed ${K} million by {C}.",
        "The debt of {C} to {D} stands at ${K} million.", "{C} is in debt to {D}."],
        "other": ["{D} owes {C} ${K} million.", "{C} is owed ${K} million by {D}.",
        "{C} has paid back all it owed to {D}.", "{C} owes nothing to {D}."],
        "neither": ["{C} and {D} share an office in {L}.", "{D} is bankrupt."],
    },
    {   # lawsuit
        "one": ["{P} is suing {C}.", "{C} is being sued by {P}.", "{P} has taken {C} to court.",
        "{P} has filed a lawsuit against {C}.", "A lawsuit against {C} was brought by {P}."],
        "other": ["{C} is suing {P}.", "{P} is being sued by {C}.", "{C} has taken {P} to court.",
        "{P} has dropped the lawsuit against {C}.", "{P} decided not to sue {C}."],
        "neither": ["{P} won the case against {C}.", "{C} is to pay {P} ${K} million."],
    },
    {   # succession
        "one": ["{P} will succeed {Q} as head of {C}.", "{Q} will be replaced by {P} at the top of {C}.",
        "{P} takes over from {Q} at {C}.", "{Q} hands over the leadership of {C} to {P}."],
        "other": ["{Q} will succeed {P} as head of {C}.", "{P} will be replaced by {Q} at the top of {C}.",
        "{Q} takes over from {P} at {C}.", "{Q} stays on as head of {C}."],
        "neither": ["{Q} is leaving {C} for health reasons.", "{P} studied in {L}."],
    },
    {   # help and hinder
        "one": ["The storm spared {L}.", "{L} was not hit by the storm.", "{L} escaped the storm.",
        "The storm passed {L} by."],
        "other": ["The storm devastated {L}.", "{L} was hit by the storm.", "The storm left {L} in ruins.",
        "{L} did not escape the storm."],
        "neither": ["{L} has a new mayor.", "The storm will reach {L} on {Y}."],
    },
]
# fmt: on

SLOTS = {
    "C": COMPANIES,
    "D": COMPANIES,
    "P": PEOPLE,
    "Q": PEOPLE,
    "L": PLACES,
    "S": TEAMS,
    "T": TEAMS,
    "Y": DAYS,
    "M": MONTHS,
}


def filling(rng):
    """Something for every slot; no two alike."""
    found = {}
    for pair in ("CD", "PQ", "ST"):
        found.update(zip(pair, rng.sample(SLOTS[pair[0]], 2)))
    for one in "LYM":
        found[one] = rng.choice(SLOTS[one])
    found["N"] = f"{rng.randint(1, 99)},{rng.randint(0, 9)}00"
    found["K"] = str(rng.randint(3, 95))
    return found


def refilled(filled, used, rng):
    """The same with one slot of `used` that has changed; the label stays open where a name has."""
    changed = dict(filled)
    slot = rng.choice(used)
    fresh = filling(rng)
    while fresh[slot] in filled.values():
        fresh = filling(rng)
    changed[slot] = fresh[slot]
    return changed


def told(frame, rng):
    """A premise, a hypothesis and its label by name."""
    filled = filling(rng)
    way = rng.choices(["entailment", "contradiction", "neutral", "changed"], [5, 4, 1, 2])[0]
    if way == "contradiction":
        premise, hypothesis = rng.sample([rng.choice(frame["one"]), rng.choice(frame["other"])], 2)
    elif way == "neutral":
        premise, hypothesis = rng.choice(frame["one"]), rng.choice(frame["neither"])
    else:
        premise, hypothesis = rng.sample(frame["one"], 2)
    premise_slots, own = slots(premise), slots(hypothesis)
    shared = sorted(premise_slots & own)
    if way == "changed" and shared:
        return premise.format(**filled), hypothesis.format(**refilled(filled, shared, rng)), "not_entailment"
    if way in ("entailment", "changed"):
        way = (
            "neutral" if own - premise_slots else "entailment"
        )  # it may know a day or a sum that the premise does not give
    return premise.format(**filled), hypothesis.format(**filled), way


def slots(text):
    return set(re.findall(r"{(\w)}", text))
