// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "ttl/translations.h"

#include <stddef.h>
#include <string.h>

const char* const echoic_languages[ECHOIC_N_LANGUAGES] = {"de", "fr", "es"};

// clang-format off
static const char* const rows[][1U + ECHOIC_N_LANGUAGES] = {
  {"In", "Eingang", "Entrée", "Entrada"},
  {"Out", "Ausgang", "Sortie", "Salida"},
  {"Left In", "Eingang links", "Entrée gauche", "Entrada izquierda"},
  {"Right In", "Eingang rechts", "Entrée droite", "Entrada derecha"},
  {"Left Out", "Ausgang links", "Sortie gauche", "Salida izquierda"},
  {"Right Out", "Ausgang rechts", "Sortie droite", "Salida derecha"},
  {"Key In", "Key-Eingang", "Entrée de commande", "Entrada de control"},
  {"Control", "Steuerung", "Commande", "Control"},
  {"Notify", "Meldungen", "Messages", "Avisos"},
  {"MIDI In", "MIDI-Eingang", "Entrée MIDI", "Entrada MIDI"},
  {"MIDI Out", "MIDI-Ausgang", "Sortie MIDI", "Salida MIDI"},
  {"Enabled", "Eingeschaltet", "Activé", "Activado"},
  {"Latency", "Latenz", "Latence", "Latencia"},
  {"Mode", "Modus", "Mode", "Modo"},
  {"Duck Depth", "Absenkung", "Atténuation", "Atenuación"},
  {"Attack", "Anstieg", "Attaque", "Ataque"},
  {"Hold", "Halten", "Maintien", "Mantener"},
  {"Release", "Abfall", "Relâchement", "Caída"},
  {"Dry/Wet", "Original/Effekt", "Direct/Effet", "Directo/Efecto"},
  {"Lookahead", "Vorausschau", "Anticipation", "Anticipación"},
  {"Short Window", "Kurzes Fenster", "Fenêtre courte", "Ventana corta"},
  {"Memory", "Gedächtnis", "Mémoire", "Memoria"},
  {"Teach by MIDI Channel (0: off)", "Lehren über MIDI-Kanal (0: aus)",
   "Apprendre par canal MIDI (0 : non)", "Enseñar por canal MIDI (0: no)"},
  {"Undo", "Rückgängig", "Annuler", "Deshacer"},
  {"Teaching", "Lehrgang", "Apprentissage", "Enseñanza"},
  {"Learn %u", "Lernen %u", "Apprendre %u", "Aprender %u"},
  {"That Was It %u", "Das war es %u", "C'était ça %u", "Eso era %u"},
  {"Not This %u", "Das nicht %u", "Pas celui-ci %u", "Eso no %u"},
  {"You Missed It %u", "Verpasst %u", "Manqué %u", "Te lo perdiste %u"},
  {"Forget %u", "Vergessen %u", "Oublier %u", "Olvidar %u"},
  {"On %u", "An %u", "Actif %u", "Activo %u"},
  {"Sensitivity %u", "Empfindlichkeit %u", "Sensibilité %u", "Sensibilidad %u"},
  {"Mask %u", "Sperrzeit %u", "Masquage %u", "Bloqueo %u"},
  {"Note %u", "Note %u", "Note %u", "Nota %u"},
  {"Channel %u", "Kanal %u", "Canal %u", "Canal %u"},
  {"Least Velocity %u", "Kleinste Stärke %u", "Vélocité minimale %u",
   "Velocidad mínima %u"},
  {"Most Velocity %u", "Größte Stärke %u", "Vélocité maximale %u",
   "Velocidad máxima %u"},
  {"Velocity Curve %u", "Stärkekurve %u", "Courbe de vélocité %u",
   "Curva de velocidad %u"},
  {"Score %u", "Ähnlichkeit %u", "Score %u", "Puntuación %u"},
  {"Last Margin %u", "Letzter Abstand %u", "Dernière marge %u",
   "Último margen %u"},
  {"False Alarms Expected %u", "Erwartete Fehlalarme %u",
   "Fausses alertes attendues %u", "Falsas alarmas previstas %u"},
  {"Last Rejected Because %u", "Zuletzt verworfen, weil %u",
   "Dernier rejet : motif %u", "Último rechazo: motivo %u"},
  {"Listen to Key", "Auf Key hören", "Écouter la commande",
   "Escuchar el control"},
  {"Gate %u", "Gate %u", "Porte %u", "Puerta %u"},
  {"Trigger", "Trigger", "Déclencheur", "Disparo"},
  {"Velocity", "Stärke", "Vélocité", "Velocidad"},
  // Groups
  {"Input", "Eingang", "Entrée", "Entrada"},
  {"Output", "Ausgang", "Sortie", "Salida"},
  {"Key", "Key", "Commande", "Control"},
  {"Gate", "Gate", "Porte", "Puerta"},
  {"Slot %u", "Platz %u", "Emplacement %u", "Ranura %u"},
  // Parameters
  {"Load kit", "Kit laden", "Charger un kit", "Cargar kit"},
  {"Save kit", "Kit speichern", "Enregistrer le kit", "Guardar kit"},
  {"Name %u", "Name %u", "Nom %u", "Nombre %u"},
  {"Message", "Meldung", "Message", "Mensaje"},
  // Presets
  {"Empty", "Leer", "Vide", "Vacío"},
  {"Drum machine kit", "Kit: Drumcomputer", "Kit boîte à rythmes",
   "Kit de caja de ritmos"},
  {"Acoustic kit", "Kit: akustisches Schlagzeug", "Kit acoustique",
   "Kit acústico"},
  {"Percussive sounds", "Perkussive Klänge", "Sons percussifs",
   "Sonidos percusivos"},
  {"Tonal sounds", "Tonale Klänge", "Sons tonals", "Sonidos tonales"},
  {"Speech gate", "Gate für Sprache", "Porte pour la parole",
   "Puerta para la voz"},
  {"Remove a sound", "Einen Klang entfernen", "Supprimer un son",
   "Eliminar un sonido"},
  // Values
  {"Thru", "Durch", "Direct", "Directo"},
  {"Isolate", "Herauslösen", "Isoler", "Aislar"},
  {"Mute", "Stumm", "Muet", "Silenciar"},
  {"Duck", "Absenken", "Atténuer", "Atenuar"},
  {"None", "Keiner", "Aucun", "Ninguno"},
  {"Too quiet", "Zu leise", "Trop faible", "Demasiado débil"},
  {"Below the threshold", "Unter der Schwelle", "Sous le seuil",
   "Bajo el umbral"},
  {"Masked", "Gesperrt", "Masqué", "Bloqueado"},
  {"Another sound", "Ein anderer Klang", "Un autre son", "Otro sonido"},
  {"Idle", "Untätig", "Au repos", "En reposo"},
  {"Waiting for a sound", "Wartet auf einen Klang", "Attend un son",
   "Espera un sonido"},
  {"Hearing it", "Hört ihn", "L'écoute", "Lo escucha"},
  {"Held", "Gehalten", "Maintenu", "Mantenido"},
  {"Being taught", "Wird gelehrt", "En cours d'apprentissage",
   "Se está enseñando"},
};
// clang-format on

const char*
echoic_translation(const char* const english, const unsigned language)
{
  for (size_t i = 0U; i < sizeof(rows) / sizeof(rows[0]); ++i) {
    if (!strcmp(rows[i][0], english)) {
      return rows[i][1U + language];
    }
  }

  return NULL;
}
