package match

// The tables below are facts of language, written by hand. Words are folded: lower case, no accents.

// frenchStop are French words that say nothing by themselves.
const frenchStop = `a ai aie aient ait alors apres as au aucun aucune auquel aura aurait auront aussi autre autres aux avaient avait avant avec
avez avoir avons ayant bien c ca car ce ceci cela celle celles celui cependant ces cet cette ceux chacun chaque chez ci comme comment contre d dans de
deja depuis des dire dit doit doivent donc dont du elle elles en encore entre es est et etaient etait etant ete etes etre eu eux fait faire faut fois
font fut furent hors ici il ils j je jusque l la le les leur leurs lors lorsque lui m ma mais me meme memes mes mettre moi moins mon n ne ni non nos
notre nous on ont or ou par parce pas pendant peu peut peuvent plus plusieurs plutot pour pourquoi pourrait pouvoir pres puis puisque qu quand que quel
quelle quelles quels qui quoi rien s sa sans se sera serait seront ses si sinon soi soient soit sommes son sont sous suis sur t ta tandis te tel telle
tels tes toi ton toujours tous tout toute toutes tres trop tu un une va vers veut via voici voila voir vont vos votre vous vraiment y jai cest quil
quelle ya alors ainsi afin ah oh eh bah ben hein ouais oui donc etc aujourd aupres lequel laquelle lesquels ceux-ci juste fais faites vu cas
quelque quelques beaucoup certains certaines jamais selon comment toutefois maintenant avons avez sait sais savoir`

// englishStop are English words that say nothing by themselves.
const englishStop = `a about above after again all also am an and any are as at be because been before being below between both but by can could did
do does doing down during each few for from further had has have having he her here hers him his how i if in into is it its just me more most my no nor
not of off on once only or other our out over own rt s same she should so some such t than that the their them then there these they this those through
to too under until up us very was we were what when where which while who whom why will with would you your amp via don didn doesn isn wasn says said`

// frenchWeak are words of how something is told or passed on, not of what.
const frenchWeak = `photo image video cliche montre montrer voici regarder partager partagez partage lien article info information publication post facebook
twitter whatsapp youtube tiktok message internaute urgent alerte breaking news scoop officiel merci svp abonner groupe page ami amis cliquer lire vrai
faux fake rumeur capture ecran illustration affirmer pretendre selon
bonjour bonsoir salut coucou bisou bise bizou okay ok oui non nan mdr lol cher chere pote mec meuf
commencer finir penser croire aimer arriver aller venir revenir passer rester prendre trouver demander appeler attendre envoyer recevoir donner parler
raconter entendre ecouter essayer chercher garder tenir laisser mettre rendre sortir rentrer partir tomber jouer servir porter vivre savoir vouloir
devoir connaitre comprendre oublier rappeler esperer dormir lever coucher manger boire rire regarder
jour journee heure minute seconde semaine mois an annee soir soiree matin nuit hier demain fois temps moment weekend
chose truc gens personne monde facon genre cote peine besoin envie
grand petit bon bonne beau belle nouveau nouvelle vieux jeune gros dernier premier meilleur seul vraiment grave super trop
suite fin debut cours place point coup main tete rendezvous`

// frenchTyped are words as people type them in an SMS, and what they stand for.
const frenchTyped = `ki qui
k que
ke que
koi quoi
kel quel
kelle quelle
kan quand
kand quand
qd quand
qand quand
pr pour
pcq parce que
pck parce que
pcke parce que
pke parce que
parceke parce que
pk pourquoi
pq pourquoi
pkoi pourquoi
prkoi pourquoi
ds dans
dan dans
tt tout
tte toute
ts tous
ttes toutes
tous tous
bcp beaucoup
bp beaucoup
g j ai
jé j ai
c c est
cé c est
ct c etait
cetai c etait
s est
d de
g2 j ai de
2m1 demain
dem1 demain
auj aujourd hui
ajd aujourd hui
aujourdhui aujourd hui
mtn maintenant
mnt maintenant
vs vous
ns nous
ke que
kelk quelque
kelkun quelqu un
qqn quelqu un
qqch quelque chose
qlq quelque
qq quelque
jms jamais
tjrs toujours
tjs toujours
tjr toujours
tj toujours
av avec
avk avec
avc avec
slt salut
bjr bonjour
bsr bonsoir
svp s il vous plait
stp s il te plait
pb probleme
pblm probleme
gvt gouvernement
gouv gouvernement
gouvt gouvernement
prsdt president
presi president
mm meme
mem meme
msg message
rdv rendez vous
tlm tout le monde
tel telephone
gd grand
gde grande
bn bien
b1 bien
ri1 rien
rien rien
kom comme
com comme
cmt comment
coment comment
fo faut
fodra faudra
ya il y a
pa pas
pê peut etre
lé les
dé des
é et
è est
o au
jsui je suis
jsuis je suis
chui je suis
chuis je suis
jpe je peux
pe peut
vx vieux
nvo nouveau
nouvo nouveau
bo beau
dc donc
dnc donc
enft en fait
hp hopital
hopit hopital
hosto hopital
lgtps longtemps
lgtp longtemps
mdr 
lol 
ptdr 
xd 
`

// frenchNumbers are numbers in words.
const frenchNumbers = `deux 2 trois 3 quatre 4 cinq 5 six 6 sept 7 huit 8 neuf 9 dix 10 onze 11 douze 12 treize 13 quatorze 14 quinze 15 seize 16 vingt 20
trente 30 quarante 40 cinquante 50 soixante 60 cent 100 cents 100 mille 1000`
