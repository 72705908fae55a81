package match

// frenchClasses are words of one meaning in news and rumours, one class a line, named by its first word. A match of meaning counts
// less than one of the word itself. A word is of the first class that has it.
const frenchClasses = `mort deces decede deceder mourir meurt meurent tuer tue mortalite deceder trepas dcd perir abattre abattu assassiner assassinat assassin meurtre executer execution massacre massacrer victime cadavre
covid coronavirus corona covid19 sarscov2 sars cov pandemie
vaccin vacciner vaccination vaccinal antivaccin vaccinodrome injection injecter piquer piqure dose
president presidence presidentiel chefetat dirigeant
soldat militaire armee armees fama fardc troupe gendarme gendarmerie
attaque attaquer attentat assaut offensive embuscade agression agresser
terroriste terrorisme jihadiste djihadiste jihad islamiste
election scrutin vote voter electoral electeur electrice urne presidentielles referendum elu elire
enlever enlevement kidnapper kidnapping kidnappeur rapt otage disparaitre disparition disparu
carburant essence gasoil gazole diesel petrole petrolier
argent fonds somme franc cfa euro dollar billet
prix cout tarif cher couter
million millions
milliard milliards
vol voler voleur cambrioler cambriolage cambrioleur derober
arreter arrestation arrete interpeller interpellation menotter detenir detention detenu
prison emprisonner incarcerer prisonnier cellule geole
police policier flic commissariat crs
manifester manifestation manifestant protester rassemblement contestation marche defiler
greve greviste debrayage
demission demissionner quitter
coup putsch putschiste renverser destituer
guerre conflit combat affrontement affronter bataille
bombe bombarder bombardement explosion exploser explosif
tir tirer fusillade fusil arme coupdefeu balle
maladie malade infection infecter contaminer contamination virus epidemie
hopital clinique chu hospitalier hospitaliser dispensaire csref
medecin docteur dr toubib infirmier soignant chirurgien
medicament remede traitement traiter soigner guerir guerison soin therapie cure
poison empoisonner toxique empoisonnement intoxication intoxiquer
manger nourriture aliment alimentaire repas consommer consommation
boire boisson eau
enfant bebe gamin gosse fillette garcon garconnet nourrisson nouveau-ne
femme epouse dame fille mariee
homme mari monsieur gars
mariage marier epouser noce
grossesse enceinte accoucher accouchement naissance naitre
ecole eleve ecolier lycee lyceen college scolaire classe
etudiant universite universitaire faculte campus
professeur enseignant maitre prof
examen bac bacca diplome concours def
gouvernement gouvernemental etat autorite pouvoir
ministre ministere ministeriel
depute parlement assemblee parlementaire senateur senat
maire mairie commune municipal
loi decret legislation legislatif ordonnance arrete
interdire interdiction prohiber bannir interdit
obligatoire obligation obliger imposer contraindre forcer
autoriser autorisation permettre permis
annoncer annonce declarer declaration affirmer communique
mensonge mentir faux menteur trompeur manipulation
accident collision crash carambolage
avion aeronef vol aerien aeroport
voiture vehicule automobile auto
camion poidslourd remorque citerne
bateau navire pirogue pinasse embarcation
incendie feu bruler brulure flamme
inondation inonder crue pluie
seisme tremblement
animal bete betail
serpent reptile
poulet poule volaille
mouton belier tabaski
musulman islam islamique mosquee imam coran
chretien christianisme eglise catholique pretre pape
dieu allah seigneur
argent monnaie
banque bancaire compte
telephone portable smartphone mobile gsm cellulaire
internet reseau connexion web
antenne 5g pylone
electricite courant delestage edm coupure
travail emploi travailler boulot job embauche recruter recrutement
don donner offrir aide distribuer distribution offert
acheter achat vendre vente vendu
mosquee priere prier
football foot footballeur match equipe joueur
gagner victoire remporter vaincre
blesse blesser blessure
viol violer violeur
sida vih hiv
paludisme malaria palu
cholera diarrhee
ebola fievre
cancer tumeur cancereux
masque masquer
confinement confiner couvre-feu couvrefeu
frontiere frontalier
migrant migration refugie immigre immigration
village villageois hameau
ville urbain cite
quartier secteur
route chemin axe goudron
peuple population habitant citoyen
noir noire africain afrique
blanc blanche europeen europe
russe russie wagner poutine moscou
france francais macron
mali malien maliens bamako
algerie algerien alger
maroc marocain
tunisie tunisien
senegal senegalais dakar
ivoire ivoirien abidjan
burkina burkinabe ouagadougou faso
niger nigerien niamey
nigeria nigerian
guinee guineen conakry
ghana ghaneen accra
togo togolais lome
benin beninois cotonou
cameroun camerounais yaounde douala
tchad tchadien ndjamena
gabon gabonais
rdc congo congolais kinshasa rdcongo
rwanda rwandais kigali
burundi burundais
centrafrique centrafricain bangui
soudan soudanais
ethiopie ethiopien
kenya kenyan
tanzanie tanzanien
mauritanie mauritanien nouakchott
libye libyen kadhafi
egypte egyptien
israel israelien
palestine palestinien gaza
syrie syrien
irak irakien
iran iranien
turquie turc
chine chinois pekin wuhan
inde indien
japon japonais
coree coreen
usa americain amerique us washington biden trump
canada canadien quebec quebecois
bresil bresilien
mexique mexicain
cuba cubain
haiti haitien
angleterre anglais britannique royaumeuni uk londres
allemagne allemand berlin
espagne espagnol
italie italien rome
portugal portugais
belgique belge bruxelles
suisse helvetique
ukraine ukrainien kiev zelensky
pologne polonais
roumanie roumain bucarest
onu nationsunies minusma casque
ue unioneuropeenne
oms who
cedeao ecowas
aes alliance
barkhane serval
jnim gsim
ong humanitaire
`

// frenchPhrases are words that mean one thing together, stop words between them left out; the last is what they become.
const frenchPhrases = `etats unis usa
republique democratique congo rdc
rd congo rdc
nations unies onu
union europeenne ue
royaume uni angleterre
chef etat chefetat
cote ivoire ivoire
burkina faso burkina
casques bleus onu
couvre feu couvrefeu
rendez vous rendezvous
coup feu coupdefeu
coups feu coupdefeu
gaz oil gasoil
sars cov sarscov2
week end weekend
`
