package match

// frenchCountries are countries with their people, capitals and short names, a line each, in the shape of frenchClasses: a
// telling says "les Roumains à Bucarest" where the claim says "en Roumanie". Words are folded. Left out are words that mean
// something else too (the Seychelles' Victoria, the people of the Comores' Moroni, San).
const frenchCountries = `mali malien malienne maliens maliennes bamako bamakois
niger nigerien nigerienne nigeriens niamey
nigeria nigerian nigeriane nigerians abuja lagos
burkina burkinabe burkinabes ouagadougou ouaga faso
ivoire ivoirien ivoirienne ivoiriens abidjan yamoussoukro rci
senegal senegalais senegalaise dakar
guinee guineen guineenne guineens conakry
mauritanie mauritanien mauritanienne mauritaniens nouakchott
algerie algerien algerienne algeriens alger
tunisie tunisien tunisienne tunisiens tunis
maroc marocain marocaine marocains rabat casablanca
libye libyen libyenne libyens tripoli
egypte egyptien egyptienne egyptiens caire
soudan soudanais soudanaise khartoum
tchad tchadien tchadienne tchadiens ndjamena
cameroun camerounais camerounaise yaounde douala
gabon gabonais gabonaise libreville
rdc congo congolais congolaise kinshasa brazzaville zaire
centrafrique centrafricain centrafricaine centrafricains bangui rca
benin beninois beninoise cotonou
togo togolais togolaise lome
ghana ghaneen ghaneenne ghaneens accra
liberia liberien liberienne monrovia
sierra leonais freetown
gambie gambien gambienne banjul
rwanda rwandais rwandaise kigali
burundi burundais burundaise bujumbura gitega
ouganda ougandais ougandaise uganda kampala
kenya kenyan kenyane kenyans nairobi
tanzanie tanzanien tanzanienne dodoma
ethiopie ethiopien ethiopienne ethiopiens addis abeba
somalie somalien somalienne somaliens mogadiscio
erythree erythreen asmara
djibouti djiboutien djiboutienne
angola angolais angolaise luanda
zambie zambien zambienne lusaka
zimbabwe zimbabween zimbabweenne harare
mozambique mozambicain mozambicaine maputo
madagascar malgache malgaches antananarivo
namibie namibien windhoek
botswana botswanais gaborone
malawi malawite lilongwe
comores comorien comorienne comoriens
france francais francaise francaises paris parisien hexagone
belgique belge belges bruxelles
suisse suisses helvetique berne geneve
luxembourg luxembourgeois
allemagne allemand allemande allemands berlin
italie italien italienne italiens rome
espagne espagnol espagnole espagnols madrid
portugal portugais portugaise lisbonne
angleterre anglais anglaise britannique britanniques londres londonien uk
irlande irlandais irlandaise dublin
ecosse ecossais edimbourg
hollande hollandais neerlandais amsterdam
danemark danois danoise copenhague
suede suedois suedoise stockholm
norvege norvegien norvegienne oslo
finlande finlandais helsinki
pologne polonais polonaise varsovie
roumanie roumain roumaine roumains bucarest
bulgarie bulgare bulgares sofia
hongrie hongrois hongroise budapest
grece grec grecque grecs athenes
autriche autrichien autrichienne vienne
serbie serbe serbes belgrade
croatie croate croates zagreb
bosnie bosniaque sarajevo
albanie albanais tirana
ukraine ukrainien ukrainienne ukrainiens kiev kyiv
russie russe russes moscou kremlin
bielorussie bielorusse minsk
georgie georgien tbilissi
armenie armenien erevan
azerbaidjan azerbaidjanais bakou azeri
turquie turc turque turcs ankara istanbul
syrie syrien syrienne syriens damas
liban libanais libanaise beyrouth
israel israelien israelienne israeliens
palestine palestinien palestinienne palestiniens gaza
jordanie jordanien amman
irak irakien irakienne irakiens bagdad iraq
iran iranien iranienne iraniens teheran
arabie saoudien saoudienne saoudiens saoudite riyad
yemen yemenite yemenites sanaa
qatar qatari qataris doha
emirats emirati dubai
koweit koweitien
afghanistan afghan afghane afghans kaboul taliban talibans
pakistan pakistanais pakistanaise islamabad
inde indien indienne indiens delhi
bangladesh bangladais dacca
birmanie birman birmans myanmar rangoun
thailande thailandais bangkok
vietnam vietnamien hanoi
philippines philippin philippins manille
indonesie indonesien jakarta
malaisie malaisien
chine chinois chinoise pekin beijing wuhan
japon japonais japonaise tokyo
coree coreen coreenne seoul pyongyang
australie australien australienne canberra sydney
canada canadien canadienne canadiens ottawa
quebec quebecois quebecoise montreal
usa americain americaine americains washington
mexique mexicain mexicaine mexico
bresil bresilien bresilienne brasilia
argentine argentin buenos
chili chilien santiago
colombie colombien bogota
venezuela venezuelien caracas
perou peruvien lima
cuba cubain cubaine havane
haiti haitien haitienne haitiens
europe europeen europeenne europeens ue
afrique africain africaine africains africaines`
